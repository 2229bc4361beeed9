"""Colleagues who do not answer are asked once more, by day; then who asked them is told (B6)."""

from __future__ import annotations

import pytest

from models import company, handover
from tests.cast import Cast, at

AGAIN, SILENT = [("companion.again", "chen")], [("company.silent", "wang")]


def colleagues(told, now: str) -> list[tuple[str, str]]:
    return [(kind, who) for kind, who, _ in told(now) if kind.startswith(("compan", "handover"))]


@pytest.mark.rule("B6")
@pytest.mark.parametrize(
    ("asked", "now", "expected"),
    [
        ("11-23 08:05", "11-23 20:04", []),
        ("11-23 08:05", "11-23 20:05", AGAIN),
        ("11-23 08:05", "11-24 08:05", [*AGAIN, *SILENT]),  # the clock stood still
        ("11-23 12:00", "11-24 07:29", []),  # not in the middle of the night
        ("11-23 12:00", "11-24 07:30", AGAIN),
        ("11-28 01:00", "11-28 13:00", AGAIN),
        ("11-28 04:00", "11-28 16:00", []),  # the visit has begun
    ],
)
def test_one_who_was_asked_along_and_is_silent(people: Cast, told, asked, now, expected):
    people.visit("11-28 15:00", asked, companions=(people.chen,)).confirm(people.session, people.by_mother, at(asked))
    assert colleagues(told, now) == expected
    assert colleagues(told, now) == []


@pytest.mark.rule("B6")
@pytest.mark.parametrize("what", ["yes", "no", "released", "cancelled"])
def test_nobody_is_chased_who_has_answered_or_is_needed_no_more(people: Cast, told, what):
    visit, now = people.confirmed("11-28 15:00", "11-23 08:05", companions=(people.chen,)), at("11-23 09:00")
    if what == "released":
        company.release(people.session, visit, people.wang, people.chen, now)
    elif what == "cancelled":
        visit.cancel(people.session, people.by_mother, now)
    else:
        company.answer(people.session, visit, people.chen, what == "yes", now)
    assert colleagues(told, "11-24 08:05") == []


@pytest.mark.rule("B6")
def test_who_is_asked_anew_after_a_no_is_chased_anew(people: Cast, told):
    visit = people.confirmed("11-28 15:00", "11-23 08:05", companions=(people.chen,))
    assert colleagues(told, "11-23 20:05") == AGAIN
    company.answer(people.session, visit, people.chen, False, at("11-23 20:10"))
    assert company.invite(people.session, visit, people.wang, people.chen, at("11-24 08:00"))
    assert not company.invite(people.session, visit, people.wang, people.chen, at("11-24 08:00"))
    assert colleagues(told, "11-24 19:59") == []
    assert colleagues(told, "11-24 20:00") == AGAIN


@pytest.mark.rule("B2")
def test_a_request_to_take_over_is_chased_while_there_is_something_to_take_over(people: Cast, told):
    visit = people.confirmed("11-28 15:00", "11-23 08:05")
    handover.ask(people.session, people.zhou, people.chen, [visit], at("11-23 08:05"))
    assert colleagues(told, "11-23 20:04") == []
    assert colleagues(told, "11-23 20:05") == [("handover.again", "chen")]
    assert colleagues(told, "11-24 08:05") == [("handover.silent", "zhou")]
    handover.ask(people.session, people.zhou, people.chen, [visit], at("11-24 09:00"))
    visit.cancel(people.session, people.by_mother, at("11-24 09:10"))
    assert colleagues(told, "11-25 09:00") == []
