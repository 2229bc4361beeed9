"""The three contacts after a visit (F1–F3, rulings 14)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.followup import EXPIRED, FollowUp
from models.visit_life import CLOSED, RECORDED, TEACHER, Actor
from tests.cast import Cast, at

SHORT = [("followup.short", "mother")]
OBSERVE = [("followup.observe", "wang")]


def contacted(told, now):
    return [(kind, who) for kind, who, _ in told(now) if kind.startswith("followup.")]


@pytest.mark.rule("F1")
@pytest.mark.parametrize(
    ("held", "now", "expected"),
    [
        ("11-01 15:45", "11-06 18:59", []),
        ("11-01 15:45", "11-06 19:00", SHORT),
        ("11-01 00:10", "11-06 19:00", SHORT),  # the day is the school's, not UTC's
        ("11-01 23:50", "11-06 19:00", SHORT),
        ("11-01 15:45", "11-13 19:00", SHORT),
        ("11-01 15:45", "11-13 19:01", []),
    ],
)
def test_the_family_is_asked_on_the_fifth_day(people: Cast, told, held, now, expected):
    people.held("11-01 00:00" if held < "11-01 12:00" else "11-01 15:00", held)
    assert contacted(told, now) == expected
    assert contacted(told, now) == []


@pytest.mark.rule("F2")
@pytest.mark.parametrize(("now", "expected"), [("11-22 16:29", []), ("11-22 16:30", OBSERVE), ("11-29 16:31", [])])
def test_the_teacher_is_asked_on_the_21st_day(people: Cast, told, now, expected):
    people.held("11-01 15:00", "11-01 15:45")
    assert contacted(told, now) == expected


@pytest.mark.rule("F3")
def test_both_judge_the_effect_on_the_30th_day(people: Cast, told):
    people.held("11-01 15:00", "11-01 15:45")
    assert contacted(told, "12-01 16:29") == []
    assert contacted(told, "12-01 16:30") == [("followup.effect", "wang")]
    assert contacted(told, "12-01 19:00") == [("followup.effect", "mother")]


@pytest.mark.rule("B8")
def test_a_late_question_waits_for_the_morning(people: Cast, told):
    people.held("11-01 15:00", "11-01 15:45")
    assert [t for t in told("11-06 22:00") if t[0] == "followup.short"] == [("followup.short", "mother", "11-07 07:30")]


@pytest.mark.rule("F3")
def test_a_recorded_visit_is_closed_when_nobody_answers_any_more(people: Cast, told):
    visit = people.held("11-01 15:00", "11-01 15:45")
    visit.record(people.session, Actor(TEACHER, people.wang.id), at("11-01 20:00"))
    for now in ("11-06 19:00", "11-13 19:00", "11-22 16:30", "11-29 16:30", "12-01 16:30", "12-01 19:00"):
        told(now)
    told("12-08 16:30")
    assert visit.state == RECORDED
    told("12-08 19:00")
    assert visit.state == CLOSED
    assert set(people.session.scalars(sa.select(FollowUp.state))) == {EXPIRED}
