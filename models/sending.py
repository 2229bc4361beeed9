"""The school's switch for everything that is sent: while it is off, what is owed waits; safety still goes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hour
from models.history import History
from models.notification import DROPPED, PENDING, Notification
from models.person import Person
from models.school import School

#: Why a message waits, and until when: for somebody to switch sending on again.
STOPPED = "stopped"
NEVER = datetime(9000, 1, 1, tzinfo=UTC)


def stop(session: Session, school: School, now: datetime, by: int | None = None) -> bool:
    """Switches sending off; False when it is off already."""
    if school.sending_stopped_at is not None:
        return False
    school.sending_stopped_at = now
    _write_down(session, school, "stop_sending", now, by)
    return True


def start(session: Session, school: School, now: datetime, by: int | None = None) -> tuple[int, int]:
    """Switches it on: how many messages go on their way, and how many have become stale and are dropped."""
    if school.sending_stopped_at is None:
        return 0, 0
    school.sending_stopped_at = None
    _write_down(session, school, "start_sending", now, by)
    stale = sa.update(Notification).where(_held(school), Notification.expires_at < now)
    dropped = _count(session, stale.values(state=DROPPED, reason="expired", done_at=now))
    staff = sa.select(Person.id).where(Person.school_id == school.id, Person.roles.any())
    polite = hour.polite(now, school.policy, school.zone)
    waiting = sa.update(Notification).where(_held(school))
    to_staff = waiting.where(Notification.person_id.in_(staff))
    going = _count(session, to_staff.values(due_at=now, reason=None))
    going += _count(session, waiting.values(due_at=polite, reason=None))
    return going, dropped


def waiting(session: Session, school: School) -> int:
    """How many messages wait for the switch."""
    return session.scalar(sa.select(sa.func.count()).where(_held(school))) or 0


def _held(school: School) -> sa.ColumnElement[bool]:
    return sa.and_(Notification.school_id == school.id, Notification.state == PENDING, Notification.reason == STOPPED)


def _count(session: Session, statement: sa.Update) -> int:
    done: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(done.rowcount)


def _write_down(session: Session, school: School, verb: str, now: datetime, by: int | None) -> None:
    row = History(school_id=school.id, at=now, verb=verb, subject="school", subject_id=school.id)
    row.actor_id = by
    session.add(row)
