"""After a backup was put back: what may have been said since it was made is not said again (rel.I20)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import periodic
from models.notification import DROPPED, HELD_BACK, PENDING, RESTORED, SENDING, Notification
from models.periodic import PeriodicRun
from models.school import School
from models.sending import STOPPED, stop
from models.visit import Visit
from models.visit_life import OPEN

FROM, UNTIL = "restored.from", "restored.until"


@dataclass(frozen=True)
class HeldBack:
    """What was found when the backup was put back."""

    since: datetime  #: until when the copy had planned all that was due
    until: datetime  #: until when the one that it replaces may have said something
    messages: int
    visits: int  #: open ones, of which nobody knows what has become since
    erased: int = 0  #: students who were erased since the copy was made, and now again


def hold_back(session: Session, until: datetime, now: datetime) -> HeldBack:
    """Ends what was waiting, remembers the gap for the planners, and stops sending until somebody starts it."""
    since = planned_until(session) or until
    waiting = Notification.state.in_((PENDING, SENDING))
    stopped = sa.and_(Notification.state == PENDING, Notification.reason == STOPPED)
    gone = sa.update(Notification).where(waiting, sa.or_(Notification.due_at <= until, stopped))
    values = {"state": DROPPED, "reason": RESTORED, "done_at": now, "lease_until": None}
    done: Any = session.execute(gone.values(values).execution_options(synchronize_session=False))
    periodic.mark(session, FROM, min(since, until))
    periodic.mark(session, UNTIL, until)
    for school in session.scalars(sa.select(School)):
        stop(session, school, now)
    visits = session.scalar(sa.select(sa.func.count()).where(Visit.state.in_(OPEN)))
    return HeldBack(min(since, until), until, int(done.rowcount), visits or 0)


def planned_until(session: Session) -> datetime | None:
    """Until when everything that had fallen due was put into the outbox."""
    run = session.get(PeriodicRun, (periodic.PLANNED, ""))
    return run.taken_at if run else None


def gap(session: Session) -> tuple[datetime, datetime] | None:
    """After which moment until which one something may have been said of which this database knows nothing."""
    marks = sa.select(PeriodicRun.name, PeriodicRun.taken_at).where(PeriodicRun.name.in_((FROM, UNTIL)))
    found = {row.name: row.taken_at for row in session.execute(marks)}
    return (found[FROM], found[UNTIL]) if len(found) == 2 else None


@contextmanager
def unsaid(session: Session) -> Iterator[None]:
    """What is owed inside of the block is written down as held back: rows change, nobody is told a second time."""
    before, session.info[HELD_BACK] = session.info.get(HELD_BACK, False), True
    try:
        yield
    finally:
        session.info[HELD_BACK] = before


def release(session: Session, school: School, now: datetime) -> int:
    """Sends after all what was held back and is still worth sending; it is looked at again when it goes."""
    held = sa.update(Notification).where(
        Notification.school_id == school.id,
        Notification.state == DROPPED,
        Notification.reason == RESTORED,
        sa.or_(Notification.expires_at.is_(None), Notification.expires_at > now),
    )
    done: Any = session.execute(
        held.values(state=PENDING, reason=None, done_at=None, due_at=now).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)


def held_back(session: Session, school: School) -> int:
    """How many messages a restore has held back."""
    query = sa.select(sa.func.count()).where(Notification.school_id == school.id, Notification.reason == RESTORED)
    return session.scalar(query.where(Notification.state == DROPPED)) or 0
