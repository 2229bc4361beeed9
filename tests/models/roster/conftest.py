"""A small roster, and what an import of it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import roster as rosters
from models.roster import Duty, GuardianLine, Roster, RosterReport, StudentLine, TeacherLine
from models.school import School
from models.student import Student

MOTHER, FATHER = GuardianLine("王秀兰", "妈妈", "19900000001"), GuardianLine("张志强", "爸爸", "19900000002")
MING = StudentLine("1", "张小明", "三(2)班", (MOTHER, FATHER), address="杏花路18号", categories=("留守",))
LEI = StudentLine("2", "李雷", "三(2)班", (GuardianLine("赵雅琴", "妈妈", "19900000003"),))
YA = StudentLine("3", "张小雅", "五(1)班", (MOTHER, FATHER))
CHEN = TeacherLine("T1", "陈静", "19900090001", (Duty("homeroom", "三(2)班"), Duty("subject", "三(2)班", "语文")))
WANG = TeacherLine("T2", "王敏", "19900090002", (Duty("subject", "五(1)班", "英语"),))

GRADES = {"三(2)班": "三年级", "五(1)班": "五年级"}
SMALL = Roster((MING, LEI, YA), (CHEN, WANG), GRADES, has_teachers=True)

Import = Callable[..., RosterReport]


def with_students(*lines: StudentLine, **more: object) -> Roster:
    """A file of these students and no sheet of teachers."""
    grades = {line.class_name: GRADES.get(line.class_name, "三年级") for line in lines}
    return replace(Roster(students=lines, grades=grades), **more)


@pytest.fixture
def imported(session: Session, school: School, now: datetime) -> Import:
    """Imports a roster; a yes is given unless the test takes it away."""

    def run(roster: Roster, confirmed: bool = True, at: datetime = now) -> RosterReport:
        report = rosters.apply(session, school, roster, at, confirmed)
        session.flush()
        session.expire_all()
        return report

    return run


def student(session: Session, number: str) -> Student:
    return session.scalars(sa.select(Student).where(Student.number == number)).one()
