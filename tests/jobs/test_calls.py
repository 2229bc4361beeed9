"""The morning's list of families to telephone (B13, B15)."""

from __future__ import annotations

import pytest

from jobs import calls
from jobs.agenda import next_at
from models.calls import REMINDED, UNANSWERED, calls_of, write_down
from models.identity import Binding
from models.visit_life import TEACHER, Actor
from tests.cast import Cast, at


def listed(told, now: str) -> list[str]:
    return [who for kind, who, _ in told(now) if kind == calls.LIST]


def unbind(people: Cast) -> None:
    for row in people.session.query(Binding).filter(Binding.person_id.in_([people.mother.id, people.father.id])):
        people.session.delete(row)
    people.session.flush()


@pytest.mark.rule("B13")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("11-25 07:39", []),
        ("11-25 07:40", []),  # 46 hours after the offer the family still has time
        ("11-26 07:39", []),
        ("11-26 07:40", ["wang"]),
        ("11-26 08:59", ["wang"]),
        ("11-26 09:00", []),  # the offer has lapsed
    ],
)
def test_a_silent_family_stands_on_the_list_once_handed_over(people: Cast, told, now, expected):
    people.visit("12-05 15:00", "11-23 09:00")
    assert listed(told, now) == expected
    assert listed(told, now) == []


@pytest.mark.rule("B13")
def test_a_family_without_wechat_stands_on_it_from_the_first_morning(people: Cast, told):
    unbind(people)
    people.visit("12-05 15:00", "11-23 09:00")
    assert next_at(calls.agenda, people.session, at("11-23 09:00")) == at("11-24 07:40")
    assert listed(told, "11-24 07:40") == ["wang"]


@pytest.mark.rule("rulings.18")
def test_who_wants_no_reminders_is_telephoned(people: Cast, told):
    people.mother.stopped_at = people.father.stopped_at = at("11-01 08:00")
    people.visit("12-05 15:00", "11-23 09:00")
    assert listed(told, "11-24 07:40") == ["wang"]


@pytest.mark.rule("rulings.25")
def test_a_call_in_vain_is_counted_and_listed_again(people: Cast, told):
    unbind(people)
    visit = people.visit("12-05 15:00", "11-23 09:00")
    write_down(people.session, visit, UNANSWERED, people.wang, at("11-24 09:00"))
    people.session.flush()
    assert [(call.why, call.tried) for call in calls_of(people.session, people.wang, at("11-24 09:01"))] == [("ask", 1)]
    assert listed(told, "11-25 07:40") == ["wang"]


@pytest.mark.rule("B15")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("12-03 07:40", []),
        ("12-04 07:40", ["wang"]),
        ("12-04 18:00", ["wang"]),  # after a stop it is not too late
        ("12-04 18:01", []),
        ("12-05 07:40", ["wang"]),
        ("12-05 15:30", []),
    ],
)
def test_a_settled_visit_is_called_to_mind_on_the_day_before(people: Cast, told, now, expected):
    unbind(people)
    visit = people.visit("12-05 15:00", "11-23 09:00")
    visit.confirm(people.session, Actor(TEACHER, people.wang.id, by_phone=True), at("11-23 10:00"))
    people.session.flush()
    assert listed(told, now) == expected


@pytest.mark.rule("B15")
def test_who_was_reminded_is_off_the_list(people: Cast):
    unbind(people)
    visit = people.visit("12-05 15:00", "11-23 09:00")
    visit.confirm(people.session, Actor(TEACHER, people.wang.id, by_phone=True), at("11-23 10:00"))
    people.session.flush()
    assert [call.why for call in calls_of(people.session, people.wang, at("12-04 08:00"))] == ["remind"]
    write_down(people.session, visit, REMINDED, people.wang, at("12-04 08:01"))
    people.session.flush()
    assert calls_of(people.session, people.wang, at("12-04 08:02")) == []
