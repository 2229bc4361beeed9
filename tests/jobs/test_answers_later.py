"""Families that answer later, and guardians who want the reminders, too (B13, rulings 4)."""

from __future__ import annotations

import pytest

from models.also_reminded import AlsoReminded
from models.errors import Refused
from models.visit_wait import wait
from tests.cast import Cast, at

BOTH = [("offer.again", "father"), ("offer.again", "mother")]


@pytest.mark.rule("B13")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("11-24 08:05", []),  # a day after the offer
        ("11-25 18:59", []),
        ("11-25 19:00", BOTH),  # when it was said
        ("11-26 19:00", BOTH),  # a day after that
        ("11-27 19:00", [("offer.telephone", "wang")]),
        ("11-28 19:00", [("offer.lapsed", "wang")]),
    ],
)
def test_after_a_wait_the_hours_of_asking_begin_anew(people: Cast, told, now, expected):
    visit = people.visit("12-05 15:00", "11-23 08:05")
    wait(people.session, visit, people.by_mother, at("11-25 19:00"), at("11-23 09:00"))
    people.session.flush()
    assert [t[:2] for t in told(now) if t[0].startswith("offer.")] == expected
    assert [t for t in told(now) if t[0].startswith("offer.")] == []


@pytest.mark.rule("rulings.7")
@pytest.mark.parametrize("until", ["11-28 13:00", "11-28 19:00", "11-23 08:30"])
def test_nobody_is_waited_for_beyond_the_end_of_the_offer_or_into_the_past(people: Cast, until):
    visit = people.visit("11-28 15:00", "11-23 08:05")
    with pytest.raises(Refused):
        wait(people.session, visit, people.by_mother, at(until), at("11-23 09:00"))
    assert (visit.waits, visit.offer_at) == (0, at("11-23 08:05"))


@pytest.mark.rule("rulings.4")
def test_another_guardian_is_reminded_too_unless_she_has_stopped_reminders(people: Cast, told):
    visit = people.confirmed("11-28 15:00", "11-27 08:00")
    assert AlsoReminded.wish(people.session, visit, people.father.id, at("11-27 09:00"))
    assert not AlsoReminded.wish(people.session, visit, people.father.id, at("11-27 09:01"))
    evening = [who for kind, who, _ in told("11-27 18:00") if kind == "reminder.evening"]
    people.father.stopped_at = at("11-27 20:00")
    people.session.flush()
    day = [who for kind, who, _ in told("11-28 14:00") if kind == "reminder.guardian"]
    assert (evening, day) == (["father", "mother"], ["mother"])
