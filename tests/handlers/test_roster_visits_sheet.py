"""A school's own list of visits already held, as offices write it."""

from __future__ import annotations

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import sqlalchemy as sa

from bot.roster_file import sheets_of
from handlers.roster_cells import Sheet
from handlers.roster_visits_sheet import understand
from models.errors import Refused
from models.held_before import HeldLine, compare, take_in
from models.notification import Notification
from models.record import Record
from models.roster import Fault
from models.visit import Visit
from tests.cast import Cast, at

ZONE = ZoneInfo("Asia/Shanghai")
HEAD = ["学号", "学生姓名", "班级", "家访日期", "家访时间", "形式", "教师", "家访内容"]
ROW = ["20230207", "张小明", "三2班", "2026-10-17", "15:30", "入户", "王敏", ""]


def read(*rows: list[str], head: list[str] = HEAD) -> tuple[list[HeldLine], list[Fault]]:
    table = [(number, cells) for number, cells in enumerate([head, *rows], 1)]
    lines, faults, _ = understand([Sheet("家访", table)], ZONE)
    return lines, faults


def changed(**cells: str) -> list[str]:
    return [cells.get(name, value) for name, value in zip(HEAD, ROW, strict=True)]


@pytest.mark.parametrize(
    ("day", "hour", "moment"),
    [
        ("2026-10-17", "15:30", "2026-10-17 15:30"),
        ("2026/10/17", "下午3点半", "2026-10-17 15:30"),
        ("2026年10月17日", "晚上7点", "2026-10-17 19:00"),
        ("20261017", "上午9：05", "2026-10-17 09:05"),
        ("2026.10.17", "", "2026-10-17 12:00"),
        ("2026-10-17 16:20", "", "2026-10-17 16:20"),
        ("2026年10月17日 下午4点", "", "2026-10-17 16:00"),
    ],
)
def test_days_and_hours_are_read_as_offices_write_them(day: str, hour: str, moment: str) -> None:
    lines, faults = read(changed(家访日期=day, 家访时间=hour))
    assert faults == []
    assert lines[0].starts_at == datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"家访日期": "上周六"}, "day_unclear"),
        ({"家访日期": "2026-02-30"}, "day_unclear"),
        ({"形式": "散步"}, "form_unclear"),
        ({"教师": ""}, "teacher_unknown"),
        ({"学号": "", "学生姓名": ""}, "no_name"),
        ({"班级": "阳光"}, "class_unclear"),
        ({"学号": "2.02E+07"}, "number_rounded"),
    ],
)
def test_a_row_that_nobody_can_read_is_left_out_and_named(cells: dict[str, str], code: str) -> None:
    lines, faults = read(changed(**cells), ROW)
    assert [(fault.code, fault.place.row) for fault in faults] == [(code, 2)]
    assert len(lines) == 1


def test_columns_may_stand_in_any_order_and_the_hour_may_share_the_day_s() -> None:
    lines, _ = read(["王敏", "2026-10-17 16:20", "张小明"], head=["家访人", "家访时间", "学生姓名"])
    assert (lines[0].teachers, lines[0].form, lines[0].starts_at.hour) == (("王敏",), "at_home", 16)


@pytest.mark.parametrize(
    ("head", "code"), [(["甲", "乙", "丙"], "visits_empty"), (["学号", "姓名", "班级"], "visits_columns")]
)
def test_another_list_is_refused(head: list[str], code: str) -> None:
    with pytest.raises(Refused, match=code):
        read(head=head)


def test_a_workbook_s_own_dates_keep_their_hour() -> None:
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append([*ROW[:3], datetime(2026, 10, 17, 15, 30), None, *ROW[5:]])
    file = io.BytesIO()
    book.save(file)
    lines, _, _ = understand(sheets_of("visits.xlsx", file.getvalue()), ZONE)
    assert lines[0].starts_at == datetime(2026, 10, 17, 15, 30, tzinfo=ZONE)


NOW = at("11-23 08:00")


def take(people: Cast, *rows: list[str]) -> list[str]:
    """Imports, and gives the codes of what was wrong."""
    report = take_in(people.session, people.school, read(*rows)[0], NOW)
    return [fault.code for fault in report.faults]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"学号": "999"}, "student_unknown"),
        ({"学生姓名": "李四"}, "student_other_name"),
        ({"学号": "", "班级": "四1班"}, "student_unknown"),
        ({"教师": "无此人"}, "teacher_unknown"),
        ({"家访日期": "2026-12-01"}, "day_coming"),
        ({"家访日期": "2020-12-01"}, "day_long_ago"),
    ],
)
def test_what_the_school_does_not_know_is_left_out(people: Cast, cells: dict[str, str], code: str) -> None:
    assert take(people, changed(**cells)) == [code]
    assert people.session.scalar(sa.select(sa.func.count()).select_from(Visit)) == 0


def test_it_is_a_closed_visit_from_which_nothing_follows(people: Cast) -> None:
    assert take(people, changed(家访内容="孩子在家能按时完成作业。")) == []
    visit = people.session.scalars(sa.select(Visit)).one()
    assert (visit.state, visit.held_at, visit.imported_at) == ("closed", None, NOW)
    record = Record.latest(people.session, visit.id, people.ming.id)
    assert record is not None
    assert (record.submitted, record.fields()) == (True, {"talk": "孩子在家能按时完成作业。"})
    assert people.session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 0


def test_a_second_import_and_a_visit_that_is_known_change_nothing(people: Cast) -> None:
    people.held("11-20 15:00", "11-20 15:40")
    again = changed(家访日期="2026-11-20")
    assert take(people, ROW, ROW, again) == ["visit_twice", "visit_known"]
    report = compare(people.session, people.school, read(ROW, again)[0], NOW)
    assert (report.added, report.same) == ([], 1)
