"""Once a week each teacher who still owes visits reads how many, and whom to visit next (P12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from handlers.understanding.almanac import published
from jobs.agenda import Due, Needless
from jobs.rhythm import Rhythm, rhythms
from models import periodic
from models.coverage import Period
from models.notification import Owed
from models.periodic import PeriodicRun
from models.school import School
from models.whom_next import who_owes

WEEKLY = "coverage.weekly"
NOON = time(12)
AT_ONCE = 24  #: a whole class is looked at for each; so many go in one minute
_WEEK = timedelta(days=7)
#: Of a school that has told no last day of lessons: when its lessons are over, from and to (month, day).
_USUAL_HOLIDAYS = (((1, 21), (2, 20)), ((7, 6), (8, 31)))
SATURDAY = 5
_LONGEST = 12  #: weeks of holidays at most


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """One message a teacher and week; late, for instance after a stop, until noon."""
    for rhythm in rhythms(session):
        taken = _taken(session, now)
        weeks = [this_week(rhythm, now) + _WEEK * n for n in range(_LONGEST)]
        for school in session.scalars(sa.select(School).where(School.id.in_(rhythm.school_ids))):
            told = {slot for name, slot in taken if name == _name(school.id)}
            for at in (week for week in weeks if now < rhythm.at(week, NOON) and _slot(rhythm, week) not in told):
                if in_lessons(school, rhythm.date(at)):
                    yield Due(at, partial(_owed, session, rhythm, school, now), deed=True)
                    if at > now:
                        break


def this_week(rhythm: Rhythm, now: datetime) -> datetime:
    """The hour of this week (Monday to Sunday) at which it is said."""
    weekday = rhythm.date(now).isoweekday()
    return rhythm.at(now, rhythm.policy.weekly_at, rhythm.policy.weekly_day - weekday)


def in_lessons(school: School, day: date) -> bool:
    """Whether the day lies in term, and is no holiday: nobody is urged in the holidays."""
    until = school.term(day).lessons_until
    if until is None and any(first <= (day.month, day.day) <= last for first, last in _USUAL_HOLIDAYS):
        return False
    if until is not None and day > until:
        return False
    own = school.calendar.days.get(day)
    return not (published(day) and day.weekday() < SATURDAY if own is None else own)


def _taken(session: Session, now: datetime) -> set[tuple[str, str]]:
    """Which weeks have been told to which schools, as far as that matters now."""
    query = sa.select(PeriodicRun.name, PeriodicRun.slot).where(PeriodicRun.name.startswith(f"{WEEKLY}."))
    recent = f"{(now - _WEEK * 2).isocalendar()[0]}-"
    return {(name, slot) for name, slot in session.execute(query.where(PeriodicRun.slot >= recent))}


def _name(school_id: int) -> str:
    return f"{WEEKLY}.{school_id}"


def _slot(rhythm: Rhythm, moment: datetime) -> str:
    year, week, _ = rhythm.date(moment).isocalendar()
    return f"{year}-W{week:02}"


def _owed(session: Session, rhythm: Rhythm, school: School, now: datetime) -> list[Owed]:
    slot = _slot(rhythm, now)
    if not periodic.take(session, _name(school.id), slot, now):
        raise Needless
    people = who_owes(session, school, Period.of(school, now))
    told = partial(Owed, school.id, WEEKLY, 0, slot=slot, expires_at=rhythm.at(now, NOON))
    return [told(person_id=p, due_at=now + timedelta(minutes=n // AT_ONCE)) for n, p in enumerate(people)]


def pass_over(session: Session, now: datetime) -> None:
    """Takes what was due this week before now, for whoever begins to look at the clock at this moment."""
    for rhythm in rhythms(session):
        if this_week(rhythm, now) < now:
            for school_id in rhythm.school_ids:
                periodic.take(session, _name(school_id), _slot(rhythm, now), now)
