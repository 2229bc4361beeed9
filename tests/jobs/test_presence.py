"""Visits that should be over (V2, rulings 12)."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from jobs import presence
from jobs.agenda import next_at
from models.notification import SAFETY, Notification
from models.visit_life import AT_SCHOOL, CONFIRMED, MISSED, PHONE, UNDER_WAY, VIDEO
from tests import cast
from tests.cast import Cast, at

ALERT = [("presence.alert", "chen"), ("presence.alert", "zhou"), ("presence.remind", "wang")]
MISSED_TOLD = [("presence.missed", "wang")]


def watched(told, now):
    return [(kind, who) for kind, who, _ in told(now) if kind.startswith("presence.")]


@pytest.mark.rule("V2")
@pytest.mark.parametrize(
    ("checked_in", "now", "expected", "state"),
    [
        ("11-28 15:00", "11-28 17:39", [], UNDER_WAY),
        ("11-28 15:00", "11-28 17:40", ALERT, UNDER_WAY),
        ("11-28 15:20", "11-28 17:59", [], UNDER_WAY),  # came late, and has as long as planned
        ("11-28 15:20", "11-28 18:00", ALERT, UNDER_WAY),
        ("11-28 14:30", "11-28 17:39", [], UNDER_WAY),
        ("11-28 15:00", "12-05 08:00", ALERT, UNDER_WAY),  # the clock stood still for a week: still worth asking
        (None, "11-28 17:39", [], CONFIRMED),
        (None, "11-28 17:40", ALERT, CONFIRMED),
        (None, "11-29 15:39", ALERT, CONFIRMED),
        (None, "11-29 15:40", MISSED_TOLD, MISSED),
    ],
)
def test_a_visit_at_home_without_a_sign_alerts_those_who_can_look(people, told, checked_in, now, expected, state):
    visit = people.confirmed("11-28 15:00", "11-27 20:00")
    if checked_in:
        visit.check_in(people.session, people.by_teacher, at(checked_in))
        people.session.flush()
    assert watched(told, now) == expected
    assert visit.state == state
    assert watched(told, now) == []


@pytest.mark.rule("rulings.12")
@pytest.mark.parametrize("form", [PHONE, VIDEO, AT_SCHOOL])
def test_the_teacher_is_asked_whether_another_form_took_place(people: Cast, told, form):
    visit = people.confirmed("11-28 15:00", "11-27 20:00", form=form)
    minute = visit.ends_at.astimezone(people.school.zone).strftime("%m-%d %H:%M")
    assert watched(told, "11-28 15:14") == []
    assert watched(told, minute) == [("presence.took_place", "wang")]
    assert watched(told, "11-29 15:14") == []
    assert watched(told, "11-29 15:40") == MISSED_TOLD


def test_an_alert_goes_at_once_and_before_everything_else(people: Cast, told):
    people.confirmed("11-28 21:00", "11-27 20:00")
    assert ("presence.alert", "zhou", "11-28 23:40") in told("11-28 23:40")
    alerts = sa.select(Notification.priority).where(Notification.kind == "presence.alert")
    assert set(people.session.scalars(alerts)) == {SAFETY}


@pytest.mark.rule("V2")
def test_the_homeroom_teacher_is_not_alerted_about_herself(people: Cast, told):
    people.confirmed("11-28 15:00", "11-27 20:00", teacher=people.chen)
    assert watched(told, "11-28 17:40") == [("presence.alert", "zhou"), ("presence.remind", "chen")]


def test_who_checked_out_alerts_nobody(people: Cast, told):
    people.held("11-28 15:00", "11-28 15:50", confirmed="11-27 20:00")
    assert watched(told, "11-28 17:40") == []


@pytest.mark.rule("rulings.8")
def test_a_visit_is_not_missed_while_another_time_is_on_the_table(people: Cast, told):
    visit = people.confirmed("11-28 15:00", "11-27 20:00")
    visit.move(people.session, people.by_mother, at("12-01 15:00"), at("11-28 14:00"))
    people.session.flush()
    told("11-29 15:40")
    assert visit.state == CONFIRMED
    visit.confirm(people.session, people.by_teacher, at("11-29 16:00"))
    people.session.flush()
    told("11-29 17:00")
    assert visit.state == CONFIRMED


@pytest.mark.rule("V2")
def test_a_moved_visit_is_watched_anew(people: Cast, told):
    visit = people.confirmed("11-28 15:00", "11-27 20:00")
    told("11-28 17:40")
    visit.move(people.session, people.by_mother, at("11-28 19:00"), at("11-28 18:00"))
    visit.confirm(people.session, people.by_teacher, at("11-28 18:10"))
    people.session.flush()
    assert watched(told, "11-28 21:40") == ALERT


def test_a_short_call_among_many_visits_is_not_overlooked(people: Cast):
    session = people.session
    for number in range(21):
        teacher = cast.staff(session, people.school, f"teacher {number}", cast.mentor(people.school_class))
        child = cast.pupil(session, people.school_class, f"{number}", f"child {number}")
        parent = cast.guardian(session, child, "妈妈", 0)
        house = dataclasses.replace(people, wang=teacher, ming=child, mother=parent)
        if number < 20:
            house.confirmed("11-28 15:00", "11-27 20:00")
        else:
            house.confirmed("11-28 15:05", "11-27 20:00", form=PHONE)
    assert next_at(presence.agenda, session, at("11-28 14:59")) <= at("11-28 15:20")
    assert next_at(presence.agenda, session, at("11-28 15:00")) == at("11-28 15:20")
