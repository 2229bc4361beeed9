"""Records that are not in yet: the teacher is reminded, and in the morning the leaders see what is overdue (R1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due, Needless, owed_already
from jobs.rhythm import Rhythm, Rows, near, rhythms
from models import periodic
from models.notification import Owed
from models.person import STUDENT_AFFAIRS, Person
from models.visit import Visit
from models.visit_life import HELD

DIGEST = "record.overdue"
_LISTED = 100  #: so many visits are named in one digest; the list itself shows all


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """Reminders of records, and the morning's digest of overdue ones."""
    for rhythm in rhythms(session):
        yield from _reminders(session, rhythm, now)
        yield from _digests(session, rhythm, now)


def _held(rhythm: Rhythm) -> Rows:
    # A visit stays `held` until its record is submitted.
    columns = sa.select(Visit.id, Visit.school_id, Visit.student_id, Visit.teacher_id, Visit.held_at)
    return columns.where(Visit.state == HELD, *rhythm.here(Visit.school_id))


def _reminders(session: Session, rhythm: Rhythm, now: datetime) -> Iterator[Due]:
    moments = (*rhythm.policy.record_reminder_hours, rhythm.policy.record_due_hours)
    for begin, end in pairwise(moments):
        after, until = timedelta(hours=begin), timedelta(hours=end)
        key = {"school_id": Visit.school_id, "subject_id": Visit.id, "round": 0, "slot": str(begin)}
        query = _held(rhythm).where(Visit.held_at > now - until, ~owed_already("record.reminder", **key))
        for row in near(session, query, Visit.held_at, now - after):
            yield Due(row.held_at + after, partial(_remind, row, str(begin), now, row.held_at + until))


def _remind(row: sa.Row[Any], slot: str, now: datetime, until: datetime) -> list[Owed]:
    return [Owed(row.school_id, "record.reminder", row.id, row.teacher_id, now, slot=slot, expires_at=until)]


def _digests(session: Session, rhythm: Rhythm, now: datetime) -> Iterator[Due]:
    today = rhythm.at(now, rhythm.policy.overdue_digest_at)
    late = rhythm.at(now, rhythm.policy.evening_at)
    overdue = timedelta(hours=rhythm.policy.record_due_hours)
    if today <= now <= late:
        for school_id in _schools_with_overdue(session, rhythm, today - overdue, now):
            yield Due(today, partial(_digest, session, rhythm, school_id, (today, now)), deed=True)
    query = sa.select(sa.func.min(Visit.held_at)).where(Visit.state == HELD, *rhythm.here(Visit.school_id))
    if first := session.scalar(query):
        yield Due(max(_morning(rhythm, now), _morning(rhythm, first + overdue, or_now=True)))


def _morning(rhythm: Rhythm, moment: datetime, or_now: bool = False) -> datetime:
    """The next digest after the moment, or at it."""
    today = rhythm.at(moment, rhythm.policy.overdue_digest_at)
    coming = moment < today or (or_now and moment == today)
    return today if coming else rhythm.at(moment, rhythm.policy.overdue_digest_at, 1)


def _schools_with_overdue(session: Session, rhythm: Rhythm, held_until: datetime, now: datetime) -> list[int]:
    schools = periodic.untaken(session, DIGEST, rhythm.school_ids, rhythm.date(now).isoformat())
    if not schools:
        return []
    query = sa.select(Visit.school_id).where(Visit.state == HELD, Visit.held_at <= held_until)
    return list(session.scalars(query.where(Visit.school_id.in_(schools)).distinct()))


def _digest(session: Session, rhythm: Rhythm, school_id: int, moments: tuple[datetime, datetime]) -> list[Owed]:
    today, now = moments
    slot = rhythm.date(now).isoformat()
    if not periodic.take(session, f"{DIGEST}.{school_id}", slot, now):
        raise Needless
    held_until = today - timedelta(hours=rhythm.policy.record_due_hours)
    late = rhythm.at(now, rhythm.policy.evening_at)
    told = partial(Owed, school_id, DIGEST, 0, due_at=now, slot=slot, expires_at=late)
    visits = _overdue(session, school_id, held_until)
    facts = {"visits": visits[:_LISTED], "count": len(visits)}
    return [told(person_id=p.id, facts=facts) for p in Person.with_role(session, school_id, STUDENT_AFFAIRS)]


def _overdue(session: Session, school_id: int, held_until: datetime) -> list[int]:
    """The visits, the oldest first; homeroom teachers read of their classes in a message of their own."""
    query = sa.select(Visit.id).where(Visit.state == HELD, Visit.held_at <= held_until, Visit.school_id == school_id)
    return list(session.scalars(query.order_by(Visit.held_at, Visit.id)))
