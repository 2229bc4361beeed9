"""A school of five thousand is imported while the office waits (limits of rulings 40)."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from bot.roster_file import roster_of
from models import roster as rosters
from models.school import School

from .test_roster_file import workbook

#: Twenty seconds on a machine of its own; the suite shares its cores with other tests and a second database.
STUDENTS, SECONDS = 5000, 60.0
HEADER = ["学号", "姓名", "班级", "家庭住址", "重点类别", "家长姓名", "关系", "手机号", "家长2姓名", "关系2", "手机号2"]


def _row(n: int) -> list[object]:
    student = [
        f"2024{n:06}",
        f"学生{n}",
        f"{n // 900 + 1}年级{n // 45 % 20 + 1}班",
        f"杏花路{n}号",
        "留守" if n % 10 == 0 else "",
    ]
    return [*student, f"母{n}", "妈妈", 19900000000 + n, f"父{n}", "爸爸", 19910000000 + n]


@pytest.mark.slow
def test_five_thousand_students_with_two_guardians_each(session: Session) -> None:
    data = workbook([HEADER, *(_row(n) for n in range(STUDENTS))])
    school, now = School(key="big", name="大学校", account="demo"), datetime(2026, 11, 23, tzinfo=UTC)
    session.add(school)
    session.flush()
    begun = time.monotonic()
    report = rosters.apply(session, school, roster_of("a.xlsx", data), now)
    assert (len(report.added), report.guardians, report.faults) == (STUDENTS, 2 * STUDENTS, [])
    assert time.monotonic() - begun < SECONDS
    assert rosters.apply(session, school, roster_of("a.xlsx", data), now).changes == 0
