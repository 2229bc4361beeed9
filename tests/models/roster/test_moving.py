"""Classes are split and merged by a roster: the children move, and what belongs to them moves with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.cli.ledger_rows import ledger
from models.coverage import Period, standings
from models.homeroom import hand_over, led_by
from models.person import HOMEROOM, SUBJECT, TEACHER, Person
from models.roster import Duty, Roster, TeacherLine
from models.school import School, SchoolClass
from models.student import Student
from models.visit import Visit
from models.visit_plan import Plan

from .conftest import CHEN, GRADES, LEI, MING, SMALL, WANG, YA, Import, student, with_students

APART = replace(LEI, class_name="三(5)班")


def person(session: Session, name: str) -> Person:
    return session.scalars(sa.select(Person).where(Person.name == name)).one()


def school_class(session: Session, name: str) -> SchoolClass:
    return session.scalars(sa.select(SchoolClass).where(SchoolClass.name == name)).one()


def visit(session: Session, number: str, now: datetime) -> Visit:
    plan = Plan(person(session, "陈静"), student(session, number), now + timedelta(days=3))
    return Visit.propose(session, plan, now)


def covered(session: Session, school: School, name: str, now: datetime) -> list[tuple[str, str]]:
    """How the children of the class stand this term."""
    found = standings(session, school, Period.of(school, now), Student.class_id == school_class(session, name).id)
    return [(standing.name, standing.state) for standing in found]


@pytest.mark.rule("rulings.40")
def test_a_split_moves_children_and_their_visits(
    session: Session, school: School, imported: Import, now: datetime
) -> None:
    imported(SMALL)
    planned = visit(session, "2", now)
    report = imported(with_students(MING, APART))
    assert [(c.name, c.before, c.class_name) for c in report.changed] == [("李雷", "三(2)班", "三(5)班")]
    assert (report.moved, report.left, report.classes, report.emptied) == (1, [], ["三(5)班"], [])
    assert [line.student for line in ledger(session, school, "三(5)班")] == ["李雷"]
    assert ledger(session, school, "三(2)班") == []
    assert (planned.state, planned.teacher.name) == ("proposed", "陈静")
    assert covered(session, school, "三(5)班", now) == [("李雷", "planned")]
    assert covered(session, school, "三(2)班", now) == [("张小明", "unreachable")]
    assert not student(session, "2").in_reach_of(person(session, "陈静"))


@pytest.mark.rule("rulings.40")
def test_a_merge_moves_them_back_and_leaves_an_empty_class(
    session: Session, school: School, imported: Import, now: datetime
) -> None:
    five = replace(CHEN, duties=(*CHEN.duties, Duty(SUBJECT, "三(5)班")))
    apart = replace(SMALL, students=(MING, APART, YA), teachers=(five, WANG), grades=GRADES | {"三(5)班": "三年级"})
    imported(apart)
    visit(session, "2", now)
    report = imported(with_students(MING, LEI))
    assert (report.moved, report.emptied, report.left) == (1, ["三(5)班"], [])
    assert [line.student for line in ledger(session, school, "三(2)班")] == ["李雷"]
    assert covered(session, school, "三(2)班", now) == [("张小明", "unreachable"), ("李雷", "planned")]
    assert student(session, "2").in_reach_of(person(session, "陈静"))
    assert imported(with_students(MING, LEI)).changes == 0


def test_a_roster_that_names_a_new_homeroom_teacher_takes_the_class_from_the_former(
    session: Session, imported: Import
) -> None:
    """The former teaches elsewhere, too, so the file that does not name her does not close her."""
    elsewhere = replace(CHEN, duties=(Duty(HOMEROOM, "三(2)班"), Duty(SUBJECT, "五(1)班", "语文")))
    imported(replace(SMALL, teachers=(elsewhere, WANG)))
    new = TeacherLine("T3", "李国强", None, (Duty(HOMEROOM, "三(2)班"),))
    roster = Roster((MING, LEI), (new,), {"三(2)班": "三年级"}, has_teachers=True)
    report = imported(roster)
    assert [(c.name, c.what) for c in report.changed] == [("陈静", ("homeroom",))]
    assert [p.name for p in led_by(session, school_class(session, "三(2)班"))] == ["李国强"]
    assert [(r.name, r.school_class and r.school_class.name) for r in person(session, "陈静").roles] == [
        (SUBJECT, "五(1)班")
    ]
    assert not student(session, "1").in_reach_of(person(session, "陈静"))
    assert imported(roster).changes == 0


def test_a_class_is_handed_over_and_visits_stay_with_who_arranged_them(
    session: Session, school: School, imported: Import, now: datetime
) -> None:
    alone = replace(CHEN, duties=(Duty(HOMEROOM, "三(2)班"),))
    imported(replace(SMALL, teachers=(alone, WANG)))
    planned = visit(session, "1", now)
    former = hand_over(session, school, school_class(session, "三(2)班"), person(session, "王敏"), now)
    assert [p.name for p in former] == ["陈静"]
    assert [r.name for r in former[0].roles] == [TEACHER]
    assert not planned.student.in_reach_of(former[0])
    assert planned.student.in_reach_of(person(session, "王敏"))
    assert planned.teacher is former[0]
    assert Person.homeroom_of(session, planned.student.class_id) is person(session, "王敏")
