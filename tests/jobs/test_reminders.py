"""Reminders of a confirmed visit around their edges (B15, rulings 10)."""

from __future__ import annotations

import pytest

from models.visit_life import GUARDIAN, PHONE, TEACHER, Actor
from tests.cast import Cast, at

EVENING = [("reminder.brief", "wang"), ("reminder.evening", "mother")]


@pytest.mark.rule("B15")
@pytest.mark.parametrize(
    ("confirmed", "now", "expected"),
    [
        ("11-23 08:00", "11-27 17:59", []),
        ("11-23 08:00", "11-27 18:00", EVENING),
        ("11-23 08:00", "11-27 21:30", EVENING),  # the clock stood still; late, but still that evening
        ("11-23 08:00", "11-27 21:31", []),
        ("11-23 08:00", "11-28 07:00", []),
        ("11-27 18:00", "11-27 18:00", EVENING),
        ("11-27 18:01", "11-27 18:01", []),  # already past when it was confirmed
        ("11-27 18:01", "11-27 20:00", []),
        ("11-23 08:00", "11-28 12:59", []),
        ("11-23 08:00", "11-28 13:00", [("reminder.teacher", "wang")]),
        ("11-23 08:00", "11-28 14:00", [("reminder.guardian", "mother"), ("reminder.teacher", "wang")]),
        ("11-23 08:00", "11-28 14:45", [("reminder.guardian", "mother"), ("reminder.teacher", "wang")]),
        ("11-23 08:00", "11-28 14:46", []),
        ("11-28 13:30", "11-28 14:10", [("reminder.guardian", "mother")]),
        ("11-28 14:30", "11-28 14:40", []),
        ("11-22 15:00", "11-25 17:59", []),
        ("11-22 15:00", "11-25 18:00", [("reminder.early", "mother"), ("reminder.early", "wang")]),
        ("11-22 15:01", "11-25 18:00", []),  # less than six days ahead
        ("11-22 15:00", "11-25 21:30", [("reminder.early", "mother"), ("reminder.early", "wang")]),
        ("11-22 15:00", "11-25 21:31", []),
    ],
)
def test_a_confirmed_visit_is_reminded_of_at_its_hours(people: Cast, told, confirmed, now, expected):
    people.confirmed("11-28 15:00", confirmed)
    assert [(kind, who) for kind, who, _ in told(now)] == expected
    assert told(now) == []


@pytest.mark.rule("B8")
@pytest.mark.parametrize(
    ("starts", "now", "expected"),
    [
        ("11-28 08:30", "11-28 07:30", [("reminder.guardian", "11-28 07:30"), ("reminder.teacher", "11-28 07:30")]),
        ("11-28 08:29", "11-28 07:29", [("reminder.guardian", "11-28 07:30"), ("reminder.teacher", "11-28 07:29")]),
        ("11-28 07:44", "11-28 06:44", [("reminder.teacher", "11-28 06:44")]),  # would come too late to be polite
    ],
)
def test_a_guardian_is_reminded_in_polite_hours_or_not_at_all(people: Cast, told, starts, now, expected):
    people.confirmed(starts, "11-23 08:00")
    assert [(kind, due) for kind, _, due in told(now)] == expected


@pytest.mark.rule("B15")
def test_one_brief_covers_all_visits_of_the_day(people: Cast, told):
    people.confirmed("11-28 15:00", "11-23 08:00")
    people.confirmed("11-28 16:30", "11-23 08:00")
    people.confirmed("11-29 16:30", "11-23 08:00")
    assert [t[0] for t in told("11-27 18:00")].count("reminder.brief") == 1
    assert [t[0] for t in told("11-28 18:00")].count("reminder.brief") == 1


@pytest.mark.rule("rulings.8")
def test_while_a_move_is_open_the_old_time_is_reminded_of(people: Cast, told):
    visit = people.confirmed("11-28 15:00", "11-23 08:00")
    visit.move(people.session, people.by_mother, at("11-29 15:00"), at("11-27 17:00"))
    assert ("reminder.evening", "mother", "11-27 18:00") in told("11-27 18:00")


def test_a_moved_visit_is_reminded_of_anew(people: Cast, told):
    visit = people.confirmed("11-28 15:00", "11-23 08:00")
    told("11-27 18:00")
    visit.move(people.session, people.by_mother, at("11-29 15:00"), at("11-27 19:00"))
    visit.confirm(people.session, Actor(TEACHER, people.wang.id), at("11-27 19:30"))
    assert told("11-27 20:00") == []
    assert ("reminder.evening", "mother", "11-28 18:00") in told("11-28 18:00")


def test_a_cancelled_visit_is_not_reminded_of(people: Cast, told):
    visit = people.confirmed("11-28 15:00", "11-23 08:00")
    visit.cancel(people.session, people.by_mother, at("11-27 17:00"))
    assert told("11-27 18:00") == []


@pytest.mark.rule("rulings.4")
def test_the_guardian_who_answered_is_reminded(people: Cast, told):
    visit = people.visit("11-28 15:00", "11-26 08:00", form=PHONE)
    visit.confirm(people.session, Actor(GUARDIAN, people.father.id), at("11-26 09:00"))
    assert ("reminder.evening", "father", "11-27 18:00") in told("11-27 18:00")


@pytest.mark.rule("rulings.25")
def test_an_answer_got_by_telephone_is_reminded_to_the_main_contact(people: Cast, told):
    visit = people.visit("11-28 15:00", "11-26 08:00")
    visit.confirm(people.session, Actor(TEACHER, people.wang.id, by_phone=True), at("11-26 09:00"))
    assert ("reminder.evening", "mother", "11-27 18:00") in told("11-27 18:00")


@pytest.mark.rule("rulings.18")
def test_who_stopped_all_reminders_gets_none_and_the_other_parent_does_not_take_her_place(people: Cast, told):
    people.confirmed("11-28 15:00", "11-23 08:00")
    people.mother.stopped_at = at("11-24 08:00")
    people.session.flush()
    # Nobody of the family is reminded, so that the teacher finds it on her list of calls.
    assert [t[:2] for t in told("11-27 18:00")] == [("calls.today", "wang"), ("reminder.brief", "wang")]
