"""In the morning each homeroom teacher (班主任) reads who visits her class today and which records are overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due, Needless
from jobs.rhythm import Rhythm, rhythms
from models import periodic
from models.class_day import Morning, to_be_told
from models.notification import Owed
from models.visit import Visit
from models.visit_life import CONFIRMED, HELD

MORNING = "homeroom.morning"
NOON = time(12)


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """One message a homeroom teacher and morning; late, for instance after a stop, until noon."""
    for rhythm in rhythms(session):
        today = rhythm.at(now, rhythm.policy.overdue_digest_at)
        if today <= now < rhythm.at(now, NOON):
            for school_id in _untold(session, rhythm, now):
                yield Due(today, partial(_told, session, rhythm, school_id, now), deed=True)
        yield from (Due(at) for at in _next(session, rhythm, now))


def _next(session: Session, rhythm: Rhythm, now: datetime) -> Iterator[datetime]:
    """The morning of the next settled visit, and that on which the first record is overdue; never one that is past."""
    morning = rhythm.policy.overdue_digest_at
    tomorrow = rhythm.at(now, morning, int(now >= rhythm.at(now, morning)))
    here = rhythm.here(Visit.school_id)
    first = session.scalar(
        sa.select(sa.func.min(Visit.starts_at)).where(Visit.state == CONFIRMED, *here, Visit.starts_at > now)
    )
    if first:
        yield max(tomorrow, rhythm.at(first, morning))
    held = session.scalar(sa.select(sa.func.min(Visit.held_at)).where(Visit.state == HELD, *here))
    if held:
        late = held + timedelta(hours=rhythm.policy.record_due_hours)
        yield max(tomorrow, rhythm.at(late, morning, int(late > rhythm.at(late, morning))))


def _untold(session: Session, rhythm: Rhythm, now: datetime) -> list[int]:
    """The schools that may have something to tell, and have not told it today."""
    schools = periodic.untaken(session, MORNING, rhythm.school_ids, rhythm.date(now).isoformat())
    if not schools:
        return []
    morning = Morning.of(rhythm.policy, rhythm.zone, now)
    held = sa.and_(Visit.state == HELD, Visit.held_at <= morning.held_until)
    query = sa.select(Visit.school_id).where(sa.or_(morning.ahead, held), Visit.school_id.in_(schools))
    return list(session.scalars(query.distinct()))


def _told(session: Session, rhythm: Rhythm, school_id: int, now: datetime) -> list[Owed]:
    slot = rhythm.date(now).isoformat()
    if not periodic.take(session, f"{MORNING}.{school_id}", slot, now):
        raise Needless
    people = to_be_told(session, school_id, Morning.of(rhythm.policy, rhythm.zone, now))
    late = rhythm.at(now, NOON)
    return [Owed(school_id, MORNING, 0, person_id, now, slot=slot, expires_at=late) for person_id in people]
