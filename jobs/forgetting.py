"""Every night what has been kept long enough is let go, a little at a time (rel.L5, rulings 43)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from jobs.agenda import Due
from jobs.rhythm import Rhythm, rhythms
from models import forgetting, long_gone, periodic
from models.forgetting import Schools
from models.notification import Owed
from models.periodic import PeriodicRun

BATCH = 500  #: rows of each kind in one round, so that nobody waits for it
PAUSE = timedelta(seconds=1)  #: the next round lets messages go before it
_RUN = "forgetting"


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """The night after the oldest thing's time has come; round by round until nothing is left that is as old."""
    last = session.get(PeriodicRun, (_RUN, ""))
    for rhythm in rhythms(session):
        schools = Schools(() if rhythm.all_schools else rhythm.school_ids)
        found = (kept.due_from(session, schools, rhythm.policy) for kept in (forgetting, long_gone))
        due = min((moment for moment in found if moment is not None), default=None)
        if due is not None:
            at = _night(rhythm, due)
            at = max(at, last.taken_at + PAUSE) if last and last.taken_at <= now else at
            yield Due(at, partial(_forget, session, rhythm, schools, now), deed=True)


def _night(rhythm: Rhythm, moment: datetime) -> datetime:
    """The first hour of forgetting that is not earlier."""
    night = rhythm.at(moment, rhythm.policy.forget_at)
    return night if night >= moment else rhythm.at(moment, rhythm.policy.forget_at, 1)


def _forget(session: Session, rhythm: Rhythm, schools: Schools, now: datetime) -> list[Owed]:
    forgetting.forget(session, schools, rhythm.policy, now, BATCH)
    long_gone.let_go(session, schools, rhythm.policy, now)
    periodic.mark(session, _RUN, now)
    return []
