"""What has become due and what will: one list for doing it and for saying when, so that the two cannot disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import incident
from models import restored
from models.notification import Notification, Owed, owe
from models.visit import Visit


def nothing() -> Iterable[Owed]:
    """Nothing to do then but to look again."""
    return ()


@dataclass(frozen=True)
class Due:
    """Something falls due at a moment; doing it says what is owed to whom."""

    at: datetime
    do: Callable[[], Iterable[Owed]] = nothing
    deed: bool = False  #: it changes a row, after which it is no longer due


Agenda = Callable[[Session, datetime], Iterable[Due]]


def plan(agenda: Agenda, session: Session, now: datetime) -> int:
    """Does what is due and puts into the outbox what it owes; a second call changes nothing. Never commits."""
    lost = restored.gap(session)
    said: list[Due] = []
    fresh: list[Due] = []
    for due in agenda(session, now):
        if due.at <= now:
            (said if lost and lost[0] < due.at <= lost[1] else fresh).append(due)
    if not said:
        return _done(session, fresh, now)
    with restored.unsaid(session):
        done = _done(session, said, now)
    return done + _done(session, fresh, now)


def _done(session: Session, dues: list[Due], now: datetime) -> int:
    owed: list[Owed] = []
    deeds = 0
    for due in dues:
        if not due.deed:
            owed += due.do()
            continue
        done = _deed(session, due)
        deeds += done is not None
        owed += done or ()
    return owe(session, owed, now) + deeds


def _deed(session: Session, due: Due) -> list[Owed] | None:
    """One row that cannot be stepped must not hold up the others."""
    try:
        with session.begin_nested():
            return list(due.do())
    except Needless:
        return None
    except Exception as bug:  # noqa: BLE001 - it is recorded with a number
        incident.record(bug, "a planner's deed")
        return None


def next_at(agenda: Agenda, session: Session, now: datetime) -> datetime | None:
    """When there will be something to do again; always later than now."""
    return min((due.at for due in agenda(session, now) if due.at > now), default=None)


class Needless(Exception):
    """There is nothing to do after all: somebody was quicker, or nobody is there to be asked."""


def take_visit(session: Session, visit_id: int, *still: sa.ColumnElement[bool]) -> Visit:
    """The visit, locked, if it still is what was seen; `Needless` when it has been stepped meanwhile."""
    query = sa.select(Visit).where(Visit.id == visit_id, *still).with_for_update(of=Visit, skip_locked=True)
    visit = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if visit is None:
        raise Needless
    return visit


def owed_already(kind: str, **key: Any) -> sa.ColumnElement[bool]:
    """Whether the outbox knows this message; the key's columns in the order of its unique index."""
    columns = {name: getattr(Notification, name) for name in key}
    return sa.exists().where(Notification.kind == kind, *(columns[n] == v for n, v in key.items()))
