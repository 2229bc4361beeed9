"""Finding and claiming what is due in a large outbox, beside the bare indexed query."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.cli.bench import town
from bot.cli.bench.figures import Found
from bot.cli.bench.place import Place, place
from models.base import writing
from models.notification import OTHER, PENDING, SENT, Notification, claim, next_due
from models.person import Person

ROWS, DUE, AT_ONCE, ROUNDS = 200_000, 5_000, 500, 7
LEASE = timedelta(seconds=20)
#: What anybody would write by hand.
FIND = "SELECT * FROM notification WHERE state = 'pending' AND due_at <= :now ORDER BY due_at LIMIT :many"
CLAIM = (
    "UPDATE notification SET state = 'sending', lease_until = :until, fence = fence + 1, attempts = attempts + 1"
    " WHERE id IN (SELECT id FROM notification WHERE state = 'pending' AND due_at <= :now ORDER BY due_at LIMIT :many)"
    " RETURNING *"
)
LOOK = "SELECT min(due_at) FROM notification WHERE state = 'pending'"


def measure(database: str | None, rows: int = ROWS, rounds: int = ROUNDS) -> Found:
    """Milliseconds, the median of some rounds; every claim is undone, so that the next one finds the same."""
    with place(database) as here:
        _fill(here, rows)
        now = datetime.now(UTC)
        raw = {"now": now, "until": now + LEASE, "many": AT_ONCE}
        found = Found("due", f"{AT_ONCE} of {rows} rows, {DUE} of them due, {here.database}")
        claims = {"ours": lambda s: claim(s, now, now, LEASE, AT_ONCE), "floor": _by_hand(CLAIM, raw)}
        looks = {"ours": next_due, "floor": _by_hand(LOOK, {})}
        finds = {"ours": lambda s: _found(s, now), "floor": _by_hand(FIND, raw)}
        for name in ("floor", "ours"):
            found.rows[name] = {}
        for figure, ways in (("find ms", finds), ("claim ms", claims), ("look ms", looks)):
            for name, took in _by_turns(here, ways, rounds).items():
                found.rows[name][figure] = took
            found.compare(figure)
    return found


def _found(session: Session, now: datetime) -> object:
    due = sa.select(Notification).where(Notification.state == PENDING, Notification.due_at <= now)
    order = (Notification.priority, Notification.due_at, Notification.id)
    return session.scalars(due.order_by(*order).limit(AT_ONCE)).all()


def _by_hand(words: str, values: dict[str, Any]) -> Callable[[Session], object]:
    statement = sa.text(words)
    times = [sa.bindparam(name, type_=Notification.due_at.type) for name in ("now", "until") if f":{name}" in words]
    statement = statement.bindparams(*times)
    asked = {name: value for name, value in values.items() if f":{name}" in words}
    return lambda session: session.execute(statement, asked).all()


def _by_turns(here: Place, ways: dict[str, Callable[[Session], object]], rounds: int) -> dict[str, float]:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            with here.sessions() as session:
                session.connection(execution_options={"writing": 5.0})
                begun = time.perf_counter()
                way(session)
                took[name].append((time.perf_counter() - begun) * 1000)
                session.rollback()
    return {name: median(values) for name, values in took.items()}


def _fill(here: Place, rows: int) -> None:
    with writing(here.sessions, 60) as session:
        town.settle(session, town.SEATS, datetime.now(UTC))
        person = session.scalars(sa.select(Person)).first()
        assert person is not None
        made = _rows(person, rows)
        while some := list(islice(made, 10_000)):
            session.execute(sa.insert(Notification), some)
    if here.database == "postgresql":
        with here.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE notification")


def _rows(person: Person, rows: int) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC)
    usual = {"school_id": person.school_id, "kind": "reminder.guardian", "person_id": person.id, "facts": {}}
    usual |= {"round": 0, "slot": "", "priority": OTHER, "attempts": 0, "fence": 0, "created_at": now}
    for number in range(rows):
        #: Most was sent long ago, some is due, as much again will be.
        late = number % (rows // DUE) if rows >= DUE else 0
        state = PENDING if late < 2 else SENT
        hours = 1 if late == 1 else -1
        yield usual | {"subject_id": number, "state": state, "due_at": now + timedelta(hours=hours, seconds=-number)}
