"""Reminders of a confirmed visit: three days before, the evening before, on the day (B15, rulings 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due, owed_already
from jobs.families import Families
from jobs.rhythm import Rhythm, Rows, near, rhythms
from models.notification import Owed
from models.policy import Policy
from models.visit import Visit
from models.visit_life import CONFIRMED, GUARDIAN, LETTER, TEACHER

_TICK = timedelta(microseconds=1)


class When(Protocol):
    """When a reminder falls due, and until when it is still worth sending."""

    def moment(self, rhythm: Rhythm, starts_at: datetime) -> datetime: ...

    def until(self, rhythm: Rhythm, starts_at: datetime) -> datetime: ...

    def reach(self, rhythm: Rhythm, now: datetime) -> tuple[datetime, datetime]:
        """From which beginning to which a visit may be due to be reminded of now."""


@dataclass(frozen=True)
class Evening:
    """In the evening, some days before."""

    days: Callable[[Policy], int]

    def moment(self, rhythm: Rhythm, starts_at: datetime) -> datetime:
        return rhythm.at(starts_at, rhythm.policy.evening_at, -self.days(rhythm.policy))

    def until(self, rhythm: Rhythm, starts_at: datetime) -> datetime:
        return rhythm.at(starts_at, rhythm.policy.evening_until, -self.days(rhythm.policy))

    def reach(self, rhythm: Rhythm, now: datetime) -> tuple[datetime, datetime]:
        ahead = self.days(rhythm.policy)
        first = rhythm.at(now, time.min, ahead)
        evening = now >= rhythm.at(now, rhythm.policy.evening_at)
        return first, rhythm.at(now, time.min, ahead + evening) - _TICK


@dataclass(frozen=True)
class Ahead:
    """On the day, some minutes before."""

    minutes: Callable[[Policy], int]

    def moment(self, rhythm: Rhythm, starts_at: datetime) -> datetime:
        return starts_at - timedelta(minutes=self.minutes(rhythm.policy))

    def until(self, rhythm: Rhythm, starts_at: datetime) -> datetime:
        return starts_at - timedelta(minutes=rhythm.policy.day_reminder_grace_minutes)

    def reach(self, rhythm: Rhythm, now: datetime) -> tuple[datetime, datetime]:
        first = now + timedelta(minutes=rhythm.policy.day_reminder_grace_minutes)
        return first, now + timedelta(minutes=self.minutes(rhythm.policy))


@dataclass(frozen=True)
class Reminder:
    """One kind of reminder: to whom, and when."""

    kind: str
    to: tuple[str, ...]
    when: When
    needs_days: Callable[[Policy], int] = lambda policy: 0  #: so long ahead it must have been confirmed
    daily: bool = False  #: one for all visits of a teacher's day


REMINDERS = (
    Reminder("reminder.early", (GUARDIAN, TEACHER), Evening(lambda p: p.early_days), lambda p: p.early_needs_days),
    Reminder("reminder.evening", (GUARDIAN,), Evening(lambda p: 1)),
    Reminder("reminder.brief", (TEACHER,), Evening(lambda p: 1), daily=True),
    Reminder("reminder.teacher", (TEACHER,), Ahead(lambda p: p.teacher_ahead_minutes)),
    Reminder("reminder.guardian", (GUARDIAN,), Ahead(lambda p: p.guardian_ahead_minutes)),
)


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """Every reminder that is due and not owed yet, and the next one of each kind."""
    for rhythm in rhythms(session):
        for reminder in REMINDERS:
            yield from _due(session, rhythm, reminder, now)


def _due(session: Session, rhythm: Rhythm, reminder: Reminder, now: datetime) -> Iterator[Due]:
    first, last = reminder.when.reach(rhythm, now)
    rows = near(session, _confirmed(rhythm, reminder, first), Visit.starts_at, last)
    families = Families(session, rows)
    for row in rows:
        at = reminder.when.moment(rhythm, row.starts_at)
        # What was already past when the visit was confirmed is not sent.
        if at >= row.confirmed_at and now <= reminder.when.until(rhythm, row.starts_at):
            yield Due(at, partial(_owed, rhythm, reminder, row, families, now))


def _confirmed(rhythm: Rhythm, reminder: Reminder, first: datetime) -> Rows:
    query = sa.select(
        Visit.id, Visit.school_id, Visit.student_id, Visit.teacher_id, Visit.starts_at, Visit.round,
        Visit.confirmed_at, Visit.confirmed_by_id, Visit.accompanied,
    )  # fmt: skip
    query = query.where(Visit.state == CONFIRMED, Visit.starts_at >= first, *rhythm.here(Visit.school_id))
    if needed := reminder.needs_days(rhythm.policy):
        ahead = sa.extract("epoch", Visit.starts_at) - sa.extract("epoch", Visit.confirmed_at)
        query = query.where(ahead >= needed * 86400)
    key: dict[str, Any] = {"school_id": Visit.school_id, "subject_id": Visit.id, "round": Visit.round}
    if reminder.daily:
        day = rhythm.date(first).isoformat()
        key |= {"subject_id": 0, "round": 0, "slot": day, "person_id": Visit.teacher_id}
    return query.where(Visit.form != LETTER, ~owed_already(reminder.kind, **key))


def _owed(rhythm: Rhythm, reminder: Reminder, row: sa.Row[Any], families: Families, now: datetime) -> Iterable[Owed]:
    until = reminder.when.until(rhythm, row.starts_at)
    key = {"subject_id": row.id, "round": row.round}
    if reminder.daily:
        key = {"subject_id": 0, "slot": rhythm.date(row.starts_at).isoformat()}
    whole = partial(Owed, row.school_id, reminder.kind, **key, expires_at=until)
    people: list[tuple[int, datetime]] = [(row.teacher_id, now)] if TEACHER in reminder.to else []
    if TEACHER in reminder.to:
        people += [(person_id, now) for person_id in families.companions(row)]
    if GUARDIAN in reminder.to:
        people += [(person_id, rhythm.polite(now)) for person_id in families.reminded(row)]
    priority = rhythm.priority(row.starts_at, now)
    return [whole(person_id=p, due_at=due_at, priority=priority) for p, due_at in people if due_at <= until]
