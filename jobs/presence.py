"""Visits that should be over: nobody checked out, nobody said whether it took place (V2, rulings 12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due, owed_already, take_visit
from jobs.rhythm import Rhythm, near, rhythms
from models.notification import SAFETY, Owed
from models.person import PRINCIPAL, STUDENT_AFFAIRS, Person
from models.policy import Policy
from models.student import Student
from models.visit import Visit
from models.visit_life import AT_HOME, CONFIRMED, LETTER, THE_CLOCK, UNDER_WAY
from models.visit_sibling import siblings_of

_AFTER = 20  #: so many coming visits are looked at, because those that begin first need not end first


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """What is asked and told of every visit that has begun and is not over."""
    for rhythm in rhythms(session):
        rows = _begun_and_coming(session, rhythm, now)
        for row in rows:
            yield from _due(session, rhythm.policy, row, now)
        if sum(row.starts_at > now for row in rows) == _AFTER:
            yield Due(rows[-1].starts_at)


def _begun_and_coming(session: Session, rhythm: Rhythm, now: datetime) -> list[sa.Row[Any]]:
    key = {"school_id": Visit.school_id, "subject_id": Visit.id, "round": Visit.round}
    query = sa.select(
        Visit.id, Visit.school_id, Visit.student_id, Visit.teacher_id, Visit.state, Visit.form, Visit.asked,
        Visit.starts_at, Visit.ends_at, Visit.checked_in_at, Visit.round, Visit.steps,
        owed_already("presence.remind", **key).label("reminded"),
        owed_already("presence.took_place", **key).label("was_asked"),
    ).where(Visit.state.in_((CONFIRMED, UNDER_WAY)), Visit.form != LETTER, *rhythm.here(Visit.school_id))  # fmt: skip
    return near(session, query, Visit.starts_at, now, _AFTER)


def _due(session: Session, policy: Policy, row: sa.Row[Any], now: datetime) -> Iterator[Due]:
    missed_at = row.ends_at + timedelta(hours=policy.missed_after_hours)
    waiting = row.state == CONFIRMED
    if waiting and row.form != AT_HOME and not row.was_asked and now < missed_at:
        yield Due(row.ends_at, partial(_ask, row, now, missed_at))
    if (row.form == AT_HOME or not waiting) and not row.reminded and not (waiting and now >= missed_at):
        yield Due(alert_at(policy, row), partial(_alert, session, row, now))
    # While another time is on the table the visit is not yet missed: the answer or the offer's end decides.
    if waiting and row.asked is None:
        yield Due(missed_at, partial(_miss, session, row, now), deed=True)


def alert_at(policy: Policy, row: sa.Row[Any] | Visit) -> datetime:
    """Two hours after the planned end, or after check-in plus length where that is later."""
    end = row.ends_at
    if row.checked_in_at is not None:
        end = max(end, row.checked_in_at + (row.ends_at - row.starts_at))
    return end + timedelta(hours=policy.alert_after_hours)


def _ask(row: sa.Row[Any], now: datetime, missed_at: datetime) -> list[Owed]:
    return [_told(row, "presence.took_place", row.teacher_id, now, expires_at=missed_at)]


def _alert(session: Session, row: sa.Row[Any], now: datetime) -> list[Owed]:
    owed = [_told(row, "presence.remind", row.teacher_id, now, priority=SAFETY)]
    if row.form == AT_HOME:
        watching = _watching(session, row)
        owed += [_told(row, "presence.alert", person_id, now, priority=SAFETY) for person_id in watching]
    return owed


def _watching(session: Session, row: sa.Row[Any]) -> list[int]:
    """The homeroom teachers and student affairs; the principal where that is nobody but the teacher herself."""
    children = [row.student_id, *siblings_of(session, [row.id]).get(row.id, ())]
    classes = session.scalars(sa.select(Student.class_id).where(Student.id.in_(children)).distinct())
    people = [p for class_id in classes if (p := Person.homeroom_of(session, class_id))]
    people += Person.with_role(session, row.school_id, STUDENT_AFFAIRS)
    found = {p.id for p in people} - {row.teacher_id}
    return sorted(found or {p.id for p in Person.with_role(session, row.school_id, PRINCIPAL)} - {row.teacher_id})


def _miss(session: Session, row: sa.Row[Any], now: datetime) -> list[Owed]:
    visit = take_visit(session, row.id, Visit.state == CONFIRMED, Visit.steps == row.steps)
    visit.miss(session, THE_CLOCK, now)
    return [Owed(row.school_id, "presence.missed", row.id, row.teacher_id, now, visit.steps)]


def _told(row: sa.Row[Any], kind: str, person_id: int, now: datetime, **more: Any) -> Owed:
    return Owed(row.school_id, kind, row.id, person_id, now, row.round, **more)
