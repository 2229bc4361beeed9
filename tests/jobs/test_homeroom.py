"""The homeroom teacher's morning: colleagues' visits to her class, and overdue records, in one message (R1)."""

from __future__ import annotations

import pytest

from jobs import homeroom
from jobs.agenda import next_at
from models.companion import ASKED, Companion
from tests.cast import Cast, at


def morning(told, now: str) -> list[str]:
    return [who for kind, who, _ in told(now) if kind == homeroom.MORNING]


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("11-27 07:40", []),
        ("11-28 07:39", []),
        ("11-28 07:40", ["chen"]),
        ("11-28 11:59", ["chen"]),
        ("11-28 12:00", []),
        ("11-29 07:40", []),
    ],
)
def test_on_the_day_of_a_colleagues_visit_she_is_told_once(people: Cast, told, now: str, expected: list[str]):
    people.confirmed("11-28 15:00")
    assert morning(told, now) == expected
    assert morning(told, now) == []


def test_of_her_own_visits_and_those_she_joins_she_is_not_told(people: Cast, told):
    people.confirmed("11-28 15:00", teacher=people.chen)
    joined = people.confirmed("11-28 17:00")
    joined.companions = [Companion(person=people.chen, answer=ASKED, asked_at=at("11-23 08:00"))]
    joined.accompanied = True
    people.session.flush()
    assert morning(told, "11-28 07:40") == []


def test_what_is_settled_later_in_the_day_is_no_news_of_the_morning(people: Cast, told):
    people.confirmed("11-28 15:00", "11-28 08:00")
    assert morning(told, "11-28 08:01") == []


def test_the_next_morning_is_that_of_the_next_visit_or_of_the_first_overdue_record(people: Cast):
    people.confirmed("12-05 15:00")
    assert next_at(homeroom.agenda, people.session, at("11-23 09:00")) == at("12-05 07:40")
    people.held("11-20 15:00", "11-22 08:00")
    assert next_at(homeroom.agenda, people.session, at("11-22 09:00")) == at("11-24 07:40")
