"""The three contacts after a visit (回访): begun on their day at their hour, given up after a week (F1–F3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due, Needless, take_visit
from jobs.families import Families
from jobs.rhythm import Rhythm, near, rhythms
from models import audience
from models.followup import ASKED, STAGES, FollowUp
from models.notification import Owed
from models.policy import Policy
from models.visit import Visit
from models.visit_life import GUARDIAN, LETTER

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Contact:
    """One question of one stage to one side, so many days after the visit."""

    stage: str
    part: str
    days: int
    clock: time


def contacts(policy: Policy) -> list[Contact]:
    """All contacts after a visit, with their day and hour."""
    hours = {part: policy.follow_up_teacher_at for _, parts in STAGES for part in parts}
    hours[GUARDIAN] = policy.follow_up_guardian_at
    staged = zip(STAGES, policy.follow_up_days, strict=True)
    return [Contact(stage, part, days, hours[part]) for (stage, parts), days in staged for part in parts]


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """Contacts to begin and to give up."""
    for rhythm in rhythms(session):
        for contact in contacts(rhythm.policy):
            yield from _begun(session, rhythm, contact, now)
        yield from _expired(session, rhythm, now)


def _begun(session: Session, rhythm: Rhythm, contact: Contact, now: datetime) -> Iterator[Due]:
    life = timedelta(days=rhythm.policy.follow_up_life_days)
    first = rhythm.at(now - life, time.min, -contact.days)
    done_today = now >= rhythm.at(now, contact.clock)
    last = rhythm.at(now, time.min, -contact.days + done_today) - _TICK
    # Only a visit that was held has `held_at`, whatever has become of it since.
    query = sa.select(Visit.id, Visit.student_id, Visit.teacher_id, Visit.confirmed_by_id, Visit.held_at).where(
        Visit.held_at >= first, Visit.form != LETTER, _unasked(contact), *rhythm.here(Visit.school_id)
    )
    if contact.part == GUARDIAN:
        query = query.where(audience.home_reached())
    rows = near(session, query, Visit.held_at, last)
    families = Families(session, rows)
    for row in rows:
        at = rhythm.at(row.held_at, contact.clock, contact.days)
        if now <= at + life:
            yield Due(at, partial(_begin, session, rhythm, contact, (row, families), now), deed=True)


def _unasked(contact: Contact) -> sa.ColumnElement[bool]:
    # A question for each row, the cheapest first: a join would ask of every family who is reached, in all the term.
    asked = sa.select(FollowUp.id).where(
        FollowUp.visit_id == Visit.id, FollowUp.stage == contact.stage, FollowUp.part == contact.part
    )
    return asked.scalar_subquery().is_(None)


def _begin(
    session: Session, rhythm: Rhythm, contact: Contact, whom: tuple[sa.Row[Any], Families], now: datetime
) -> list[Owed]:
    row, families = whom
    person_id, due_at = row.teacher_id, now
    if contact.part == GUARDIAN:
        guardian = families.answering(row)
        if guardian is None:
            raise Needless
        person_id, due_at = guardian.person_id, rhythm.polite(now)
    visit = take_visit(session, row.id, Visit.held_at == row.held_at, _unasked(contact))
    found = FollowUp(school_id=visit.school_id, visit_id=visit.id, person_id=person_id, state=ASKED, asked_at=now)
    found.stage, found.part = contact.stage, contact.part
    session.add(found)
    session.flush()
    ends = now + timedelta(days=rhythm.policy.follow_up_life_days)
    return [Owed(visit.school_id, f"followup.{contact.stage}", found.id, person_id, due_at, expires_at=ends)]


def _expired(session: Session, rhythm: Rhythm, now: datetime) -> Iterator[Due]:
    life = timedelta(days=rhythm.policy.follow_up_life_days)
    query = sa.select(FollowUp.id, FollowUp.asked_at).where(FollowUp.state == ASKED, *rhythm.here(FollowUp.school_id))
    for row in near(session, query, FollowUp.asked_at, now - life):
        yield Due(row.asked_at + life, partial(_expire, session, row.id, now), deed=True)


def _expire(session: Session, follow_up_id: int, now: datetime) -> list[Owed]:
    query = sa.select(FollowUp).where(FollowUp.id == follow_up_id, FollowUp.state == ASKED)
    found = session.scalars(query.with_for_update(skip_locked=True)).one_or_none()
    if found is None:
        raise Needless
    found.expire(session, now)
    return []
