"""Records that are not in yet (R1, rulings 15)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from jobs import records
from jobs.agenda import next_at
from models.notification import Notification
from models.visit_life import HELD, TEACHER, Actor
from tests.cast import Cast, at

ONE = [("record.reminder", "wang")]


def reminded(told, now):
    return [(kind, who) for kind, who, _ in told(now) if kind.startswith(("record.", "homeroom."))]


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("11-28 17:44", []),
        ("11-28 17:45", ONE),
        ("11-29 11:44", ONE),
        ("11-29 11:45", ONE),
        ("11-29 15:44", ONE),
        ("11-29 15:45", []),  # overdue: from here on it stands in the leaders' list
        ("11-30 07:39", []),
        ("11-30 07:40", [("homeroom.morning", "chen"), ("record.overdue", "zhou")]),
        ("11-30 11:59", [("homeroom.morning", "chen"), ("record.overdue", "zhou")]),
        ("11-30 18:00", [("record.overdue", "zhou")]),
        ("11-30 18:01", []),
        ("12-01 07:40", [("homeroom.morning", "chen"), ("record.overdue", "zhou")]),
    ],
)
def test_a_record_is_reminded_of_twice_then_shown_to_the_leaders(people: Cast, told, now, expected):
    people.held("11-28 15:00", "11-28 15:45")
    assert reminded(told, now) == expected
    assert reminded(told, now) == []


@pytest.mark.rule("R1")
def test_both_reminders_of_one_record_go_out(people: Cast, told):
    people.held("11-28 15:00", "11-28 15:45")
    assert [reminded(told, now) for now in ("11-28 17:45", "11-29 11:45")] == [ONE, ONE]


def test_a_submitted_record_is_not_reminded_of(people: Cast, told):
    visit = people.held("11-28 15:00", "11-28 15:45")
    visit.record(people.session, Actor(TEACHER, people.wang.id), at("11-28 16:00"))
    people.session.flush()
    assert [reminded(told, now) for now in ("11-28 17:45", "11-29 11:45", "11-30 07:40")] == [[], [], []]


@pytest.mark.rule("rulings.15")
@pytest.mark.parametrize(("held", "digest"), [("11-28 07:40", "11-29 07:40"), ("11-28 07:41", "11-30 07:40")])
def test_what_is_a_day_old_in_the_morning_stands_in_the_digest(people: Cast, told, held, digest):
    visit = people.held("11-28 07:00", held)
    assert visit.state == HELD
    assert next_at(records.agenda, people.session, at("11-29 07:39")) == at(digest)
    days = [d for d in ("11-29 07:40", "11-30 07:40") if reminded(told, d)[-1:] == [("record.overdue", "zhou")]]
    assert days[0] == digest


@pytest.mark.rule("rulings.15")
def test_each_morning_has_one_digest_that_names_the_visits(people: Cast, told):
    first = people.held("11-27 15:00", "11-27 15:45")
    second = people.held("11-28 15:00", "11-28 15:45")
    for now in ("11-29 07:40", "11-29 09:00", "11-30 07:40", "11-30 07:41"):
        told(now)
    digests = sa.select(Notification.slot, Notification.facts).where(
        Notification.kind == "record.overdue", Notification.person_id == people.zhou.id
    )
    assert [(slot, facts["visits"]) for slot, facts in people.session.execute(digests.order_by(Notification.id))] == [
        ("2026-11-29", [first.id]),
        ("2026-11-30", [first.id, second.id]),
    ]
