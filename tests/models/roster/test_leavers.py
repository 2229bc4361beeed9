"""Who is no longer in the file is closed, never deleted, and only where the file can know (rulings 40)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import Refused
from models.person import Person
from models.roster import Roster, StudentLine
from models.roster.report import too_many

from .conftest import CHEN, LEI, MING, SMALL, WANG, Import, student, with_students


def left(session: Session) -> set[str]:
    return set(session.scalars(sa.select(Person.name).where(Person.left_at.is_not(None))))


def test_a_student_who_is_missing_is_closed_with_the_family(session: Session, imported: Import, now: datetime) -> None:
    imported(SMALL)
    report = imported(with_students(MING))
    assert [c.name for c in report.left] == ["李雷"]
    assert student(session, "2").left_at == now
    assert left(session) == {"赵雅琴"}


def test_classes_that_the_file_does_not_hold_are_left_alone(session: Session, imported: Import) -> None:
    imported(SMALL)
    assert imported(with_students(MING, LEI)).left == []
    assert student(session, "3").left_at is None


def test_a_student_whose_row_was_left_out_has_not_left(session: Session, imported: Import) -> None:
    imported(SMALL)
    assert imported(with_students(MING, doubtful=frozenset({"李雷"}))).left == []
    assert imported(with_students(MING, doubtful=frozenset({"2"}))).left == []


def test_who_returns_is_opened_again(session: Session, imported: Import, now: datetime) -> None:
    imported(SMALL)
    imported(with_students(MING), at=now)
    report = imported(with_students(MING, LEI), at=now + timedelta(days=30))
    assert [c.name for c in report.returned] == ["李雷"]
    assert student(session, "2").left_at is None
    assert left(session) == set()


@pytest.mark.parametrize(
    ("leaving", "present", "asks"), [(0, 0, False), (2, 40, False), (3, 40, True), (1, 20, False), (1, 19, True)]
)
def test_more_than_one_in_twenty_wants_a_yes(leaving: int, present: int, asks: bool) -> None:
    assert too_many(leaving, present, 5) is asks


def test_without_that_yes_nobody_is_closed(session: Session, imported: Import) -> None:
    crowd = [StudentLine(str(n), f"学生{n}", "三(2)班") for n in range(20)]
    imported(with_students(*crowd))
    assert imported(with_students(*crowd[:19]), confirmed=False).left
    with pytest.raises(Refused) as refused:
        imported(with_students(*crowd[:18]), confirmed=False)
    assert (refused.value.code, refused.value.facts["left"]) == ("roster_unconfirmed", 1)
    assert student(session, "18").left_at is None


@pytest.mark.parametrize(
    ("roster", "gone"),
    [
        (with_students(MING, LEI), set()),
        (replace(SMALL, teachers=(CHEN,)), {"王敏"}),
        (Roster(teachers=(CHEN,), has_teachers=True), set()),
        (Roster(teachers=(), has_teachers=True), set()),
        (replace(SMALL, teachers=(CHEN,), doubtful=frozenset({"T2"})), set()),
    ],
    ids=["no teachers' sheet", "whole school", "only her class", "empty", "row left out"],
)
def test_a_teacher_leaves_only_where_the_file_answers_for_her(
    session: Session, imported: Import, roster: Roster, gone: set[str]
) -> None:
    imported(SMALL)
    imported(roster)
    assert left(session) == gone


def test_a_teacher_who_left_reaches_nobody(session: Session, imported: Import) -> None:
    imported(SMALL)
    imported(replace(SMALL, teachers=(CHEN,)))
    wang = session.scalars(sa.select(Person).where(Person.name == WANG.name)).one()
    assert wang.roles == []


def test_and_teaches_again_when_back(session: Session, imported: Import) -> None:
    imported(SMALL)
    imported(replace(SMALL, teachers=(CHEN,)))
    assert [c.name for c in imported(SMALL).returned] == ["王敏"]
    wang = session.scalars(sa.select(Person).where(Person.name == WANG.name)).one()
    assert [(r.name, r.subject) for r in wang.roles] == [("subject", "英语")]
