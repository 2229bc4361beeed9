"""Whom a teacher has to telephone today (B13, B15): families that no message reaches, or that have stayed silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audience, history, hour
from models.audience import Entitled
from models.history import History
from models.notification import Notification
from models.person import Person
from models.visit import Visit
from models.visit_life import CONFIRMED, GUARDIAN, PROPOSED

#: Messages that have asked the teacher to telephone about the present step of a visit.
TASKS = ("visit.telephone", "offer.telephone")
#: What is written down of a call that changes nothing.
UNANSWERED, REMINDED = "call_unanswered", "call_reminded"
ASK, REMIND = "ask", "remind"


@dataclass(frozen=True)
class Call:
    """One family to be telephoned: why, and how often that has been tried in vain."""

    visit: Visit
    why: str
    tried: int


def calls_of(session: Session, teacher: Person, now: datetime) -> list[Call]:
    """The teacher's own calls, the most pressing first."""
    return calls(session, Visit.of_teacher(session, teacher, PROPOSED, CONFIRMED), now)


def calls(session: Session, visits: Sequence[Visit], now: datetime) -> list[Call]:
    """Those of these visits whose family has to be telephoned, soonest first; asked of the database once for all."""
    coming = [v for v in visits if _at(v) > now]
    families = audience.households(session, {v.id: v.student_ids for v in coming})
    ids = [v.id for v in coming]
    handed, tried, reminded = _handed(session, ids), _tried(session, ids), _reminded(session, ids)
    found = []
    for visit in coming:
        why = _why(visit, families.get(visit.id, []), now, (visit.id, visit.steps) in handed)
        told = reminded.get(visit.id)
        if why and not (why == REMIND and told and visit.confirmed_at and told >= visit.confirmed_at):
            found.append(Call(visit, why, tried.get(visit.id, 0)))
    return sorted(found, key=lambda call: (_at(call.visit), call.visit.id))


def _at(visit: Visit) -> datetime:
    return visit.offer_starts_at or visit.starts_at


def _why(visit: Visit, family: list[Entitled], now: datetime, handed: bool) -> str | None:
    if visit.asked == GUARDIAN:
        overdue = visit.offer_at is not None and visit.offer_at + _patience(visit) <= now
        return ASK if handed or overdue or all(g.stopped for g in family if g.of_all) else None
    if visit.state != CONFIRMED or visit.asked is not None:
        return None
    answering = next((g for g in family if g.person_id == visit.confirmed_by_id), next(iter(family), None))
    unheard = answering is None or answering.stopped
    return REMIND if unheard and _reminder_is_due(visit, now) else None


def _patience(visit: Visit) -> timedelta:
    return timedelta(hours=visit.policy.hand_over_hours)


def _reminder_is_due(visit: Visit, now: datetime) -> bool:
    """From the day before on; who agreed on the telephone today need not be called again today."""
    zone = visit.school.zone
    after_tomorrow = hour.at(now, time(0), zone, 2)
    settled = visit.confirmed_at is not None and visit.confirmed_at < hour.at(now, time(0), zone)
    return settled and visit.starts_at < after_tomorrow


def _handed(session: Session, ids: list[int]) -> set[tuple[int, int]]:
    query = sa.select(Notification.subject_id, Notification.round)
    query = query.where(Notification.kind.in_(TASKS), Notification.subject_id.in_(ids))
    return {(subject, step) for subject, step in session.execute(query)}


def _tried(session: Session, ids: list[int]) -> dict[int, int]:
    query = sa.select(History.subject_id, sa.func.count()).where(_of(ids), History.verb == UNANSWERED)
    return {row[0]: row[1] for row in session.execute(query.group_by(History.subject_id))}


def _reminded(session: Session, ids: list[int]) -> dict[int, datetime]:
    query = sa.select(History.subject_id, sa.func.max(History.at)).where(_of(ids), History.verb == REMINDED)
    return {row[0]: row[1] for row in session.execute(query.group_by(History.subject_id))}


def _of(ids: list[int]) -> sa.ColumnElement[bool]:
    return sa.and_(History.subject == "visit", History.subject_id.in_(ids))


def write_down(session: Session, visit: Visit, verb: str, teacher: Person, now: datetime) -> None:
    """Keeps a call that changed nothing: nobody answered, or the family was reminded."""
    history.write(session, visit.student, history.Deed(verb, "visit", visit.id, teacher.id), now)
