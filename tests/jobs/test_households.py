"""What the clock does for a visit to siblings: as for one child, once, and only to whom it concerns (rulings 1, 4)."""

from __future__ import annotations

import pytest

from models.also_reminded import AlsoReminded
from models.record import REQUIRED, Record
from models.student import Student
from models.visit import Visit
from tests.cast import Cast, at, sibling


@pytest.fixture
def hong(people: Cast) -> Student:
    """张小红, who has the mother of 张小明 and not his father."""
    child = sibling(people, "20230208", "张小红", people.mother)
    people.session.expire_all()
    return child


def kinds(told, now: str, *wanted: str) -> list[tuple[str, str]]:
    return [(kind, who) for kind, who, _ in told(now) if kind.startswith(wanted)]


@pytest.mark.rule("B13")
def test_only_who_can_answer_for_both_is_asked_again(people: Cast, told, hong: Student) -> None:
    people.visit("11-28 15:00", "11-23 08:05", siblings=(hong,))
    assert kinds(told, "11-24 08:05", "offer.") == [("offer.again", "mother")]


@pytest.mark.rule("B15")
def test_who_answered_is_reminded_once_and_another_who_wants_it(people: Cast, told, hong: Student) -> None:
    visit = people.confirmed("11-28 15:00", siblings=(hong,))
    AlsoReminded.wish(people.session, visit, people.father.id, at("11-20 08:00"))
    both = [("reminder.evening", "father"), ("reminder.evening", "mother")]
    assert kinds(told, "11-27 18:00", "reminder.evening") == both
    assert kinds(told, "11-27 18:01", "reminder.evening") == []


@pytest.mark.rule("S1")
@pytest.mark.rule("F1")
def test_the_questionnaire_and_the_follow_up_come_once_a_visit(people: Cast, told, hong: Student) -> None:
    people.held("11-28 15:00", "11-28 15:40", siblings=(hong,))
    assert kinds(told, "11-28 17:40", "survey.") == [("survey.ask", "mother")]
    assert kinds(told, "12-03 19:00", "followup.") == [("followup.short", "mother")]


@pytest.mark.rule("R1")
def test_the_record_is_reminded_of_until_the_last_childs_is_in(people: Cast, told, hong: Student) -> None:
    visit = people.held("11-28 15:00", "11-28 15:40", siblings=(hong,))
    _record(people, visit, people.ming)
    assert kinds(told, "11-28 17:40", "record.") == [("record.reminder", "wang")]
    assert ("record.overdue", "zhou") in kinds(told, "11-30 07:40", "record.")
    _record(people, visit, hong)
    assert kinds(told, "12-01 07:40", "record.") == []


def _record(people: Cast, visit: Visit, student: Student) -> None:
    words = dict.fromkeys(REQUIRED, "谈了")
    row = Record.add(people.session, visit, people.wang.id, words, at("11-28 16:00"), student)
    row.submit(people.session, visit, people.wang.id, at("11-28 16:00"))
    people.session.flush()
