"""The staff of a roster: found again, given their duties, relieved of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import Person
from models.roster import Duty, Roster, TeacherLine
from models.student import Student

from .conftest import CHEN, SMALL, WANG, Import


def named(session: Session, name: str) -> Person:
    return session.scalars(sa.select(Person).where(Person.name == name, Person.number.is_not(None))).one()


def teachers(*lines: TeacherLine) -> Roster:
    return Roster(teachers=lines, grades={}, has_teachers=True)


def test_duties_become_roles(session: Session, imported: Import) -> None:
    imported(SMALL)
    roles = named(session, "陈静").roles
    assert {(r.name, r.school_class.name, r.subject) for r in roles if r.school_class} == {
        ("homeroom", "三(2)班", None),
        ("subject", "三(2)班", "语文"),
    }
    assert [s.name for s in Student.in_reach(session, named(session, "陈静"))] == ["张小明", "李雷"]


def test_a_mentor_reaches_the_mentees(session: Session, imported: Import) -> None:
    mentor = TeacherLine("T9", "刘倩", None, (Duty("mentor", student_number="3"), Duty("mentor", student_number="404")))
    report = imported(replace(SMALL, teachers=(CHEN, WANG, mentor)))
    assert [(f.code, f.value, f.error) for f in report.faults] == [("mentee_unknown", "404", False)]
    assert [s.name for s in Student.in_reach(session, named(session, "刘倩"))] == ["张小雅"]


def test_other_duties_replace_the_old_ones(session: Session, imported: Import) -> None:
    imported(SMALL)
    report = imported(replace(SMALL, teachers=(replace(CHEN, duties=(Duty("principal"),)), WANG)))
    assert [(c.name, c.what) for c in report.changed] == [("陈静", ("roles",))]
    assert [r.name for r in named(session, "陈静").roles] == ["principal"]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (replace(CHEN, phone="19900090077"), ("phone",)),
        (replace(CHEN, name="陈婧"), ("name",)),
        (replace(CHEN, number=None), ()),
    ],
    ids=["telephone", "name", "no number"],
)
def test_a_teacher_is_known_again(imported: Import, line: TeacherLine, what: tuple[str, ...]) -> None:
    imported(SMALL)
    report = imported(replace(SMALL, teachers=(line, WANG)))
    assert [c.what for c in report.changed] == ([what] if what else [])
    assert (report.added, report.left) == ([], [])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (replace(CHEN, name="孙悦", phone="19900090066"), "other_teacher"),
        (TeacherLine(None, "李静"), "same_teacher"),
    ],
)
def test_a_doubtful_teacher_is_left_out(imported: Import, line: TeacherLine, code: str) -> None:
    namesakes = (TeacherLine("T7", "李静"), TeacherLine("T8", "李静"))
    imported(replace(SMALL, teachers=(CHEN, WANG, *namesakes)))
    report = imported(replace(SMALL, teachers=(line, WANG)))
    assert [f.code for f in report.errors] == [code]
    assert line.name not in [c.name for c in report.added]


def test_a_class_that_only_a_teacher_names_is_pointed_out(imported: Import) -> None:
    lost = replace(WANG, duties=(Duty("subject", "六(9)班"),))
    report = imported(replace(SMALL, teachers=(CHEN, lost), grades={**SMALL.grades, "六(9)班": "六年级"}))
    assert [(f.code, f.value) for f in report.faults] == [("class_new", "六(9)班")]
