"""Questionnaires: satisfaction is begun after the visit, reminded of once, and nobody is asked for ever (S1, S7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due, Needless, owed_already, take_visit
from jobs.families import Families
from jobs.rhythm import Rhythm, Rows, near, rhythms
from models import audience
from models.consent import SURVEYS
from models.notification import Owed
from models.person import Person
from models.survey import OPEN, PRE_VISIT, SATISFACTION, Survey
from models.visit import Visit
from models.visit_life import CONFIRMED, LETTER

_LATEST = timedelta(days=3)  #: a visit longer ago is not asked about any more


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """Questionnaires to begin, to remind of, and to give up."""
    for rhythm in rhythms(session):
        yield from _begun(session, rhythm, now)
        yield from _reminded(session, rhythm, now)
        yield from _expired(session, rhythm, now)


def _begun(session: Session, rhythm: Rhythm, now: datetime) -> Iterator[Due]:
    after = timedelta(hours=rhythm.policy.survey_after_hours)
    asked = sa.select(sa.func.min(Survey.id)).where(Survey.visit_id == Visit.id, Survey.kind == SATISFACTION)
    # A question for each row, the cheapest first: a join would ask of every family who is reached.
    unasked = asked.scalar_subquery().is_(None)
    # Only a visit that was held has `held_at`, whatever has become of it since; a letter is no meeting to be judged.
    query = sa.select(Visit.id, Visit.student_id, Visit.confirmed_by_id, Visit.held_at).where(
        Visit.held_at > now - _LATEST,
        Visit.form != LETTER,
        unasked,
        audience.home_reached(SURVEYS),
        *rhythm.here(Visit.school_id),
    )
    rows = near(session, query, Visit.held_at, now - after)
    families, consenting = Families(session, rows), Families(session, rows, SURVEYS)
    for row in rows:
        at = rhythm.polite(row.held_at + after)
        yield Due(at, partial(_begin, session, rhythm, row, (families, consenting), now), deed=True)


def _begin(
    session: Session, rhythm: Rhythm, row: sa.Row[Any], families: tuple[Families, Families], now: datetime
) -> list[Owed]:
    told, consenting = families
    guardian = told.answering(row)
    willing = {g.person_id for g in consenting.of(row)}
    if guardian is None or guardian.surveys_stopped or guardian.person_id not in willing:
        raise Needless
    visit = take_visit(session, row.id, Visit.held_at == row.held_at)
    survey = Survey.begin(session, visit, SATISFACTION, session.get_one(Person, guardian.person_id), now)
    ends = now + timedelta(days=rhythm.policy.survey_life_days)
    slot, due_at = str(survey.step), rhythm.polite(now)
    return [Owed(survey.school_id, "survey.ask", survey.id, survey.person_id, due_at, slot=slot, expires_at=ends)]


def _open(rhythm: Rhythm, kind: str) -> Rows:
    columns = sa.select(Survey.id, Survey.school_id, Survey.person_id, Survey.opened_at, Survey.asked_at)
    return columns.where(Survey.state == OPEN, Survey.kind == kind, *rhythm.here(Survey.school_id))


def _reminded(session: Session, rhythm: Rhythm, now: datetime) -> Iterator[Due]:
    after, life = timedelta(hours=rhythm.policy.survey_remind_hours), timedelta(days=rhythm.policy.survey_life_days)
    key = {"school_id": Survey.school_id, "subject_id": Survey.id}
    query = _open(rhythm, SATISFACTION).join(Person, Person.id == Survey.person_id)
    query = query.where(Person.stopped_at.is_(None), Person.surveys_stopped_at.is_(None), Person.left_at.is_(None))
    for row in near(session, query.where(~owed_already("survey.remind", **key)), Survey.asked_at, now - after):
        at, ends = rhythm.polite(row.asked_at + after), row.opened_at + life
        if max(at, now) < ends:
            yield Due(at, partial(_remind, rhythm, row, now, ends))


def _remind(rhythm: Rhythm, row: sa.Row[Any], now: datetime, ends: datetime) -> list[Owed]:
    due_at = rhythm.polite(now)
    told = Owed(row.school_id, "survey.remind", row.id, row.person_id, due_at, expires_at=ends)
    return [told] if due_at < ends else []


def _expired(session: Session, rhythm: Rhythm, now: datetime) -> Iterator[Due]:
    life = timedelta(days=rhythm.policy.survey_life_days)
    for row in near(session, _open(rhythm, SATISFACTION), Survey.opened_at, now - life):
        yield Due(row.opened_at + life, partial(_expire, session, row.id), deed=True)
    # The one before the visit ends when the visit begins, at once when there will be none.
    ends = sa.case((Visit.state != CONFIRMED, Survey.opened_at), else_=Visit.starts_at)
    query = _open(rhythm, PRE_VISIT).join(Visit, Visit.id == Survey.visit_id).add_columns(ends.label("ends"))
    for row in near(session, query, ends, now):
        yield Due(row.ends, partial(_expire, session, row.id), deed=True)


def _expire(session: Session, survey_id: int) -> list[Owed]:
    query = sa.select(Survey).where(Survey.id == survey_id, Survey.state == OPEN).with_for_update(skip_locked=True)
    survey = session.scalars(query).one_or_none()
    if survey is None:
        raise Needless
    survey.expire()
    return []
