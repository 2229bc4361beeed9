"""In the morning each teacher gets the list of families to telephone, where there are any (B13, B15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due, Needless
from jobs.rhythm import Rhythm, rhythms
from models import periodic
from models.calls import calls
from models.notification import Owed
from models.visit import Visit
from models.visit_life import CONFIRMED, GUARDIAN

LIST = "calls.today"


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """One list a teacher and morning; late, for instance after a stop, until the evening."""
    for rhythm in rhythms(session):
        today = rhythm.at(now, rhythm.policy.call_list_at)
        if today <= now <= rhythm.at(now, rhythm.policy.evening_at):
            for school_id in _unlisted(session, rhythm, now):
                yield Due(today, partial(_listed, session, rhythm, school_id, now), deed=True)
        if coming := _next(session, rhythm, now, today):
            yield Due(coming)


def _next(session: Session, rhythm: Rhythm, now: datetime, today: datetime) -> datetime | None:
    """The morning of the next list: while families are asked the next one, else the day before a settled visit."""
    morning = today if now < today else rhythm.at(now, rhythm.policy.call_list_at, 1)
    asked = sa.select(Visit.id).where(Visit.asked == GUARDIAN, Visit.offer_at.is_not(None), Visit.offer_starts_at > now)
    if session.execute(asked.where(*rhythm.here(Visit.school_id)).limit(1)).first():
        return morning
    settled = sa.select(sa.func.min(Visit.starts_at)).where(Visit.state == CONFIRMED, Visit.starts_at > now)
    first = session.scalar(settled.where(*rhythm.here(Visit.school_id)))
    return max(morning, rhythm.at(first, rhythm.policy.call_list_at, -1)) if first else None


def _unlisted(session: Session, rhythm: Rhythm, now: datetime) -> list[int]:
    """Schools without today's list that have visits to come whose family may have to be called: asked before this
    morning, or settled for soon."""
    schools = periodic.untaken(session, LIST, rhythm.school_ids, rhythm.date(now).isoformat())
    if not schools:
        return []
    morning, soon = rhythm.at(now, rhythm.policy.call_list_at), rhythm.at(now, time.min, 2)
    asked = sa.and_(Visit.asked == GUARDIAN, Visit.offer_starts_at > now, Visit.offer_at < morning)
    settled = sa.and_(Visit.state == CONFIRMED, Visit.starts_at > now, Visit.starts_at < soon)
    settled = sa.and_(settled, Visit.confirmed_at < morning)
    query = sa.select(Visit.school_id).where(sa.or_(asked, settled), Visit.school_id.in_(schools))
    return list(session.scalars(query.distinct()))


def _listed(session: Session, rhythm: Rhythm, school_id: int, now: datetime) -> list[Owed]:
    slot = rhythm.date(now).isoformat()
    if not periodic.take(session, f"{LIST}.{school_id}", slot, now):
        raise Needless
    late = rhythm.at(now, rhythm.policy.evening_at)
    soon = rhythm.at(now, rhythm.policy.call_list_at, 2)
    open_offer = sa.and_(Visit.asked == GUARDIAN, Visit.offer_starts_at > now)
    settled = sa.and_(Visit.state == CONFIRMED, Visit.starts_at.between(now, soon + timedelta(days=1)))
    query = sa.select(Visit).where(Visit.school_id == school_id, sa.or_(open_offer, settled))
    teachers = dict.fromkeys(call.visit.teacher_id for call in calls(session, list(session.scalars(query)), now))
    return [Owed(school_id, LIST, 0, person_id, now, slot=slot, expires_at=late) for person_id in teachers]
