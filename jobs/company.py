"""Colleagues who have not answered: asked once more, then who asked them is told (B6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due, owed_already
from jobs.rhythm import Rhythm, Rows, near, rhythms
from models.companion import ASKED, Companion
from models.handover import HANDED, HandedVisit, Handover
from models.notification import Owed
from models.visit import Visit


@dataclass(frozen=True)
class Silence:
    """One message about a colleague's silence, so many hours after she was asked."""

    kind: str
    hours: int
    to_asker: bool
    asked_at: Any  #: the column from which the hours count


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """Companions and requests to take over that have waited long enough, while there is still a visit to come."""
    for rhythm in rhythms(session):
        policy = rhythm.policy
        again, silent = policy.colleague_again_hours, policy.colleague_silent_hours
        for topic, hours, to_asker in (("companion.again", again, False), ("company.silent", silent, True)):
            silence = Silence(topic, hours, to_asker, Companion.asked_at)
            yield from _due(session, rhythm, silence, _companions(rhythm, silence, now), now)
        for topic, hours, to_asker in (("handover.again", again, False), ("handover.silent", silent, True)):
            silence = Silence(topic, hours, to_asker, Handover.asked_at)
            yield from _due(session, rhythm, silence, _handovers(rhythm, silence, now), now)


def _due(session: Session, rhythm: Rhythm, silence: Silence, query: Rows, now: datetime) -> Iterator[Due]:
    after = timedelta(hours=silence.hours)
    for row in near(session, query, silence.asked_at, now - after):
        # Nobody is written to at night about what can wait till the morning.
        yield Due(rhythm.polite(row.asked_at + after), partial(_owed, silence, row, now))


def _companions(rhythm: Rhythm, silence: Silence, now: datetime) -> Rows:
    # Who is asked anew is chased anew: the minute of the question tells one from the other.
    minute = sa.cast(sa.func.floor(sa.extract("epoch", Companion.asked_at) / 60), sa.Integer)
    key: dict[str, Any] = {"school_id": Visit.school_id, "subject_id": Visit.id, "round": minute}
    query = sa.select(
        Visit.school_id, Visit.id.label("subject"), minute.label("number"), Companion.person_id.label("asked"),
        Visit.teacher_id.label("asker"), Companion.asked_at.label("asked_at"), Visit.starts_at.label("until"),
    ).join(Companion, Companion.visit_id == Visit.id)  # fmt: skip
    open_visit = sa.and_(Companion.answer == ASKED, Visit.state.in_(HANDED), Visit.starts_at > now)
    return query.where(open_visit, ~owed_already(silence.kind, **key), *rhythm.here(Visit.school_id))


def _handovers(rhythm: Rhythm, silence: Silence, now: datetime) -> Rows:
    to_come = sa.exists().where(
        HandedVisit.handover_id == Handover.id, Visit.id == HandedVisit.visit_id, Visit.state.in_(HANDED),
        Visit.teacher_id == Handover.teacher_id, Visit.starts_at > now,
    )  # fmt: skip
    key: dict[str, Any] = {"school_id": Handover.school_id, "subject_id": Handover.id, "round": 0}
    query = sa.select(
        Handover.school_id, Handover.id.label("subject"), sa.literal(0).label("number"),
        Handover.to_id.label("asked"), Handover.by_id.label("asker"), Handover.asked_at.label("asked_at"),
        sa.null().label("until"),
    )  # fmt: skip
    waiting = sa.and_(Handover.answer == ASKED, to_come)
    return query.where(waiting, ~owed_already(silence.kind, **key), *rhythm.here(Handover.school_id))


def _owed(silence: Silence, row: sa.Row[Any], now: datetime) -> list[Owed]:
    person = row.asker if silence.to_asker else row.asked
    facts = {"by": row.asked}
    return [Owed(row.school_id, silence.kind, row.subject, person, now, row.number, facts=facts, expires_at=row.until)]
