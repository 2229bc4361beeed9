"""Offers nobody has answered: asked again, handed to the teacher to telephone, at last lapsed (B13, rulings 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due, owed_already, take_visit
from jobs.families import Families
from jobs.rhythm import Rhythm, Rows, near, rhythms
from models.history import History
from models.notification import Owed
from models.policy import Policy
from models.visit import Visit
from models.visit_life import GUARDIAN, TEACHER
from models.visit_slots import offer_ends, stands_until


@dataclass(frozen=True)
class Chaser:
    """One reminder of an open offer, so many hours after it was made."""

    kind: str
    asked: str  #: whose answer is awaited
    hours: int
    slot: str = ""
    until_hours: int | None = None  #: when the next one takes its place; none: the offer's own end
    after_waiting: bool = False  #: only where the family has asked for time to answer


def chasers(policy: Policy) -> list[Chaser]:
    """All reminders of open offers that the school sends."""
    again = policy.counter_again_hours
    return [
        Chaser("offer.again", GUARDIAN, 0, "then", policy.ask_again_hours, after_waiting=True),
        Chaser("offer.again", GUARDIAN, policy.ask_again_hours, until_hours=policy.hand_over_hours),
        Chaser("offer.telephone", GUARDIAN, policy.hand_over_hours),
        *(
            Chaser("offer.counter_again", TEACHER, hours, str(hours), later)
            for hours, later in zip(again, [*again[1:], None], strict=True)
        ),
    ]


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """Offers at their end, and open ones of which somebody is to be reminded."""
    for rhythm in rhythms(session):
        yield from _lapsing(session, rhythm, now)
        for chaser in chasers(rhythm.policy):
            yield from _chased(session, rhythm, chaser, now)


def _open(rhythm: Rhythm) -> Rows:
    # Only an open offer has `offer_at`; to ask for the state as well would lead away from its index.
    return sa.select(
        Visit.id, Visit.school_id, Visit.student_id, Visit.teacher_id, Visit.kind, Visit.steps, Visit.asked,
        Visit.offer_at, Visit.offer_starts_at, Visit.offer_more, Visit.waits,
    ).where(Visit.offer_at.is_not(None), *rhythm.here(Visit.school_id))  # fmt: skip


def _lapsing(session: Session, rhythm: Rhythm, now: datetime) -> Iterator[Due]:
    life = timedelta(hours=rhythm.policy.offer_life_hours)
    ahead = timedelta(hours=rhythm.policy.slot_lapse_hours)
    old = near(session, _open(rhythm), Visit.offer_at, now - life)
    soon = near(session, _open(rhythm), Visit.offer_starts_at, now + ahead)
    for row in {r.id: r for r in old + soon}.values():
        end = offer_ends(rhythm.policy, row)
        yield Due(end, partial(_lapse, session, rhythm, row, now), deed=True)
        if row.offer_more and now < end:
            first = stands_until(rhythm.policy, row, row.offer_starts_at)
            yield Due(first, partial(_lapse_slots, session, row, now), deed=True)
        # The row is the next by its time, of which an urgent one makes full use: look again where others end.
        yield Due(row.offer_starts_at - ahead)


def _lapse(session: Session, rhythm: Rhythm, row: sa.Row[Any], now: datetime) -> list[Owed]:
    visit = take_visit(session, row.id, Visit.steps == row.steps, Visit.asked == row.asked)
    countered = _who_countered(session, row) if row.asked == TEACHER else None
    visit.lapse(session, now)
    told = partial(Owed, row.school_id, subject_id=row.id, round=visit.steps)
    owed = [told("offer.lapsed", person_id=row.teacher_id, due_at=now)]
    if row.asked == TEACHER:
        family = Families(session, [row]).announced_to(row, rhythm.policy)
        people = [p for p in family if p == countered] or family
        owed += [told("offer.counter_lapsed", person_id=p, due_at=rhythm.polite(now)) for p in people]
    return owed


def _lapse_slots(session: Session, row: sa.Row[Any], now: datetime) -> list[Owed]:
    """One of several times is gone; the question stands, and nobody is asked anew."""
    take_visit(session, row.id, Visit.steps == row.steps, Visit.asked == row.asked).lapse_slots(session, now)
    return []


def _who_countered(session: Session, row: sa.Row[Any]) -> int | None:
    query = sa.select(History.actor_id).where(
        History.subject == "visit", History.subject_id == row.id, History.verb.in_(("counter", "move", "change_form"))
    )
    return session.scalar(query.order_by(History.id.desc()).limit(1))


def _chased(session: Session, rhythm: Rhythm, chaser: Chaser, now: datetime) -> Iterator[Due]:
    after = timedelta(hours=chaser.hours)
    # After each wait of the family all begins anew.
    slot = sa.case((Visit.waits == 0, chaser.slot), else_=chaser.slot + "+" + sa.cast(Visit.waits, sa.String))
    key = {"school_id": Visit.school_id, "subject_id": Visit.id, "round": Visit.steps, "slot": slot}
    query = _open(rhythm).where(Visit.asked == chaser.asked, ~owed_already(chaser.kind, **key))
    if chaser.after_waiting:
        query = query.where(Visit.wait_until.is_not(None))
    rows = near(session, query, Visit.offer_at, now - after)
    families = Families(session, rows)
    for row in rows:
        until = offer_ends(rhythm.policy, row)
        if chaser.until_hours is not None:
            until = min(until, row.offer_at + timedelta(hours=chaser.until_hours))
        yield Due(row.offer_at + after, partial(_owed, rhythm, chaser, row, families, (now, until)))


def _owed(
    rhythm: Rhythm, chaser: Chaser, row: sa.Row[Any], families: Families, span: tuple[datetime, datetime]
) -> Iterable[Owed]:
    now, until = span
    people, due_at = [row.teacher_id], now
    if chaser.kind == "offer.again":
        people, due_at = families.asked(row, rhythm.policy), rhythm.polite(now)
    slot = f"{chaser.slot}+{row.waits}" if row.waits else chaser.slot
    whole = partial(Owed, row.school_id, chaser.kind, row.id, round=row.steps, slot=slot, expires_at=until)
    priority = rhythm.priority(row.offer_starts_at, now)
    return [whole(person_id=p, due_at=due_at, priority=priority) for p in people if due_at < until]
