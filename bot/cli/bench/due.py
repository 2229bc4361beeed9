"""Finding and claiming what is due in an outbox that grows and grows, beside the bare indexed query."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.cli.bench import town
from bot.cli.bench.figures import Found
from bot.cli.bench.place import Place, place
from models.base import begin_to_write, writing
from models.claim import claim, find
from models.notification import OTHER, Notification, next_due
from models.person import Person

ROWS, DUE, AT_ONCE, ROUNDS = 1_000_000, 5_000, 500, 7
SMALLEST, STEP = 10_000, 10
LEASE = timedelta(seconds=20)
#: What anybody would write by hand.
FIND = (
    "SELECT id FROM notification WHERE state = 'pending' AND priority = 2 AND due_at <= :now"
    " ORDER BY due_at LIMIT :many"
)
CLAIM = (
    "UPDATE notification SET state = 'sending', lease_until = :until, fence = fence + 1, attempts = attempts + 1"
    " WHERE id IN (SELECT id FROM notification WHERE state = 'pending' AND priority = 2 AND due_at <= :now"
    " ORDER BY due_at LIMIT :many) RETURNING *"
)
LOOK = "SELECT min(due_at) FROM notification WHERE state = 'pending' AND priority = 2"
#: Most was sent long ago; some is due, as much again will be. One statement, for ten million rows take a while.
GROW = """
    INSERT INTO notification (school_id, kind, subject_id, round, slot, person_id, facts, priority, due_at, state,
                              attempts, fence, created_at)
    WITH RECURSIVE n(i) AS (SELECT {start} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {stop})
    SELECT {school}, 'reminder.guardian', i, 0, '', {first} + i - i / {people} * {people}, '{{}}', {priority},
           CASE WHEN i >= {pending} THEN :past WHEN i - i / 2 * 2 = 0 THEN :late ELSE :soon END,
           CASE WHEN i < {pending} THEN 'pending' ELSE 'sent' END, 0, 0, :late
    FROM n
"""


def measure(database: str | None, rows: int = ROWS, rounds: int = ROUNDS) -> Found:
    """Milliseconds, the median of some rounds; every claim is undone, so that the next one finds the same."""
    with place(database) as here:
        now, size, held = datetime.now(UTC), min(SMALLEST, rows), 0
        found = Found("due", f"{AT_ONCE} of {DUE} due, in an outbox of so many rows, {here.database}")
        while size <= rows:
            _grow(here, held, size, now)
            _compare(here, found, f" {size:,}", now, rounds)
            held, size = size, size * STEP
        return found


def _compare(here: Place, found: Found, of: str, now: datetime, rounds: int) -> None:
    raw = {"now": now, "until": now + LEASE, "many": AT_ONCE}
    finds = {"ours": lambda s: find(s, now, now, AT_ONCE), "floor": _by_hand(FIND, raw)}
    claims = {"ours": lambda s: claim(s, now, now, LEASE, AT_ONCE), "floor": _by_hand(CLAIM, raw)}
    looks = {"ours": next_due, "floor": _by_hand(LOOK, {})}
    found.rows |= {name + of: {} for name in ("floor", "ours")}
    for figure, ways in (("find ms", finds), ("claim ms", claims), ("look ms", looks)):
        for name, took in _by_turns(here, ways, rounds).items():
            found.rows[name + of][figure] = took
        found.compare(figure, "ours" + of, "floor" + of)


def _by_hand(words: str, values: dict[str, Any]) -> Callable[[Session], object]:
    statement = sa.text(words)
    statement = statement.bindparams(*_times(name for name in ("now", "until") if f":{name}" in words))
    asked = {name: value for name, value in values.items() if f":{name}" in words}
    return lambda session: session.execute(statement, asked).all()


def _by_turns(here: Place, ways: dict[str, Callable[[Session], object]], rounds: int) -> dict[str, float]:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            with here.sessions() as session:
                begin_to_write(session, 5.0)
                begun = time.perf_counter()
                way(session)
                took[name].append((time.perf_counter() - begun) * 1000)
                session.rollback()
    return {name: median(values) for name, values in took.items()}


def _grow(here: Place, start: int, stop: int, now: datetime) -> None:
    with writing(here.sessions, 600) as session:
        if not start:
            town.settle(session, 20 * town.SEATS, now)
        fill(session, start, stop, now)
    here.count("notification")


def fill(session: Session, start: int, stop: int, now: datetime) -> None:
    """Rows from one number up to another, for all persons in turn; the first ten thousand are not sent yet."""
    first, last, school = session.execute(
        sa.select(sa.func.min(Person.id), sa.func.max(Person.id), sa.func.min(Person.school_id))
    ).one()
    words = GROW.format(
        start=start, stop=stop, school=school, first=first, people=last - first + 1, priority=OTHER, pending=2 * DUE
    )
    times = {"late": now - timedelta(hours=1), "soon": now + timedelta(hours=1), "past": now - timedelta(days=40)}
    session.execute(sa.text(words).bindparams(*_times(times)), times)


def _times(names: Iterable[str]) -> list[sa.BindParameter[Any]]:
    return [sa.bindparam(name, type_=Notification.due_at.type) for name in names]
