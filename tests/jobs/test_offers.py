"""Open offers: asked again, handed over, lapsed (B13, rulings 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.visit_life import CONFIRMED, GUARDIAN, LAPSED, PROPOSED, TEACHER, Actor
from tests.cast import Cast, at

BOTH = [("offer.again", "father"), ("offer.again", "mother")]


@pytest.mark.rule("B13")
@pytest.mark.parametrize(
    ("starts", "now", "expected", "state"),
    [
        ("11-28 15:00", "11-24 08:04", [], PROPOSED),
        ("11-28 15:00", "11-24 08:05", BOTH, PROPOSED),
        ("11-28 15:00", "11-25 08:04", BOTH, PROPOSED),  # the clock stood still for a day
        ("11-28 15:00", "11-25 08:05", [("calls.today", "wang"), ("offer.telephone", "wang")], PROPOSED),
        ("11-28 15:00", "11-26 08:04", [("calls.today", "wang"), ("offer.telephone", "wang")], PROPOSED),
        ("11-28 15:00", "11-26 08:05", [("offer.lapsed", "wang")], LAPSED),
        ("11-24 15:00", "11-24 08:05", BOTH, PROPOSED),
        ("11-24 15:00", "11-24 12:59", BOTH, PROPOSED),
        ("11-24 15:00", "11-24 13:00", [("offer.lapsed", "wang")], LAPSED),
        ("11-24 10:05", "11-24 08:05", [("offer.lapsed", "wang")], LAPSED),
        ("11-23 15:00", "11-23 12:59", [], PROPOSED),
        ("11-23 15:00", "11-23 13:00", [("offer.lapsed", "wang")], LAPSED),
        ("11-23 10:05", "11-23 10:04", [], PROPOSED),  # offered two hours before: until it begins
        ("11-23 10:05", "11-23 10:05", [("offer.lapsed", "wang")], LAPSED),
    ],
)
def test_an_unanswered_offer_is_asked_again_then_handed_over_then_lapses(
    people: Cast, told, starts, now, expected, state
):
    visit = people.visit(starts, "11-23 08:05")
    assert [(kind, who) for kind, who, _ in told(now)] == expected
    assert visit.state == state
    assert told(now) == []


@pytest.mark.rule("rulings.7")
@pytest.mark.parametrize(
    ("now", "left", "state"),
    [
        ("11-24 12:59", ["11-24 15:00", "11-25 16:00"], PROPOSED),
        ("11-24 13:00", ["11-25 16:00"], PROPOSED),
        ("11-25 13:59", ["11-25 16:00"], PROPOSED),
        ("11-25 14:00", [], LAPSED),  # also when the clock stood still since the first lapsed
    ],
)
def test_each_of_several_times_lapses_on_its_own(people: Cast, told, now, left, state):
    visit = people.visit("11-24 15:00", "11-23 08:05", more=(at("11-25 16:00"),))
    kinds = {kind for kind, _, _ in told(now)}
    assert (visit.slots, visit.state) == ([at(time) for time in left], state)
    assert ("offer.lapsed" in kinds) == (state == LAPSED)


@pytest.mark.rule("rulings.7")
def test_an_urgent_offer_stands_until_its_time_begins(people: Cast, told):
    visit = people.visit("11-23 15:00", "11-23 08:05", urgent=True)
    assert told("11-23 14:59") == []
    assert told("11-23 15:00") == [("offer.lapsed", "wang", "11-23 15:00")]
    assert visit.state == LAPSED


@pytest.mark.rule("B8")
@pytest.mark.parametrize(
    ("proposed", "now", "due"),
    [
        ("11-23 21:30", "11-24 21:30", "11-24 21:30"),
        ("11-23 21:31", "11-24 21:31", "11-25 07:30"),
        ("11-23 07:29", "11-24 07:29", "11-24 07:30"),
        ("11-23 07:30", "11-24 07:30", "11-24 07:30"),
    ],
)
def test_a_family_is_asked_again_in_polite_hours(people: Cast, told, proposed, now, due):
    people.visit("11-28 15:00", proposed)
    assert {d for _, _, d in told(now)} == {due}


def test_an_answered_offer_is_left_alone(people: Cast, told):
    visit = people.visit("11-28 15:00", "11-23 08:05")
    visit.confirm(people.session, people.by_mother, at("11-23 09:00"))
    assert told("11-24 08:05") == []
    assert told("11-26 08:05") == []


@pytest.mark.rule("rulings.7")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("11-23 20:59", []),
        ("11-23 21:00", [("offer.counter_again", "wang")]),
        ("11-24 08:59", [("offer.counter_again", "wang")]),
        ("11-24 09:00", [("offer.counter_again", "wang")]),
        ("11-26 09:00", [("offer.counter_lapsed", "father"), ("offer.lapsed", "wang")]),
    ],
)
def test_a_counter_proposal_is_put_before_the_teacher_again(people: Cast, told, now, expected):
    visit = people.visit("11-28 15:00", "11-23 08:05")
    visit.counter(people.session, Actor(GUARDIAN, people.father.id), at("11-29 15:00"), at("11-23 09:00"))
    people.session.flush()
    assert [(kind, who) for kind, who, _ in told(now)] == expected


@pytest.mark.rule("rulings.7")
def test_both_reminders_of_a_counter_proposal_go_out(people: Cast, told):
    visit = people.visit("11-28 15:00", "11-23 08:05")
    visit.counter(people.session, people.by_mother, at("11-29 15:00"), at("11-23 09:00"))
    people.session.flush()
    assert len(told("11-23 21:00")) == 1
    assert len(told("11-24 09:00")) == 1


@pytest.mark.rule("B13")
def test_a_new_time_on_the_table_is_asked_about_anew(people: Cast, told):
    visit = people.visit("11-28 15:00", "11-23 08:05")
    told("11-24 08:05")
    visit.counter(people.session, people.by_mother, at("11-29 15:00"), at("11-24 09:00"))
    visit.counter(people.session, Actor(TEACHER, people.wang.id), at("11-29 16:00"), at("11-24 10:00"))
    people.session.flush()
    assert [(kind, who) for kind, who, _ in told("11-25 10:00")] == BOTH


@pytest.mark.rule("rulings.8")
def test_a_move_nobody_answers_leaves_the_old_time_standing(people: Cast, told):
    visit = people.confirmed("11-28 15:00", "11-23 08:05")
    visit.move(people.session, Actor(TEACHER, people.wang.id), at("11-29 15:00"), at("11-24 08:05"))
    people.session.flush()
    assert ("offer.lapsed", "wang", "11-27 08:05") in told("11-27 08:05")
    assert (visit.state, visit.moving, visit.starts_at) == (CONFIRMED, False, at("11-28 15:00"))


@pytest.mark.rule("rulings.18")
def test_who_stopped_reminders_is_not_asked_again(people: Cast, told):
    people.visit("11-28 15:00", "11-23 08:05")
    people.mother.stopped_at = at("11-23 09:00")
    people.session.flush()
    assert [(kind, who) for kind, who, _ in told("11-24 08:05")] == [("offer.again", "father")]


def test_a_lapsed_offer_frees_the_teachers_hour(people: Cast, told):
    people.visit("11-28 15:00", "11-23 08:05")
    told("11-26 08:05")
    again = people.visit("11-28 15:00", "11-26 09:00")
    assert again.ends_at - again.starts_at == timedelta(minutes=40)
