"""The line to PostgreSQL: neither end waits for ever for the other that has fallen silent (rel.I2, rel.I9)."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from models.writing import beginning

#: Seconds for a connection; milliseconds and seconds after which a server that has vanished without a word is given
#: up, which would take the system's own quarter of an hour. Where a socket's file leads to it they mean nothing.
NEVER_FOR_EVER = {
    "connect_timeout": 2,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
#: Seconds that a connection may lie unused and is still taken to be alive.
_FRESH = 1.0
#: Seconds: who has less left, having waited already, does not begin to wait for another connection; while nobody is
#: answered it takes more, for that one may take two.
_LEAST, _MOST = 1.0, 1.5
#: From this release on PostgreSQL ends a transaction that takes too long whatever it waits for.
_ENDS_LONG_ONES = 170000


class _Asked(threading.local):
    """By when this thread must have its answer; a moment of `time.monotonic`."""

    until = math.inf


_asked = _Asked()


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    """All that this thread asks PostgreSQL in the block is answered within these seconds, or fails."""
    before, _asked.until = _asked.until, min(_asked.until, time.monotonic() + seconds)
    try:
        yield
    finally:
        _asked.until = before


class Line:
    """All connections of one engine, each answer awaited for at most so many seconds."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._silent = False  #: the last that was asked got no answer
        self._calling = threading.Lock()

    def connect(self, dialect: object, record: object, where: list[Any], how: dict[str, Any]) -> object:
        """A connection of ours. While nobody is answered one alone asks, so that all others are free at once."""
        kind, alone = _connection(), self._calling.acquire(blocking=False)
        try:
            least = _MOST if self._silent else _LEAST
            if _asked.until - time.monotonic() < least or (self._silent and not alone):
                raise kind.Silent("the database has not answered")
            made = kind.connect(*where, **how)
        except kind.Timeout:
            self.fell_silent()
            raise
        finally:
            if alone:
                self._calling.release()
        made.line, made.later, self._silent = self, [], False
        made.prepare_threshold = 1  # nearly all that is asked twice is asked for ever
        made.autocommit = True  # the driver must not begin transactions of its own
        return made

    def begin(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Begins, and sets the limits, in one message: every further one would be a way to the server in every turn."""
        driver: Any = dbapi_connection.driver_connection
        limits, words = beginning.get(), ["BEGIN"]
        if limits:
            seconds = {"lock_timeout": limits.patience, "idle_in_transaction_session_timeout": limits.silence}
            if self._patience < math.inf and driver.info.server_version >= _ENDS_LONG_ONES:
                # For what the others miss: half a statement has come, or an answer goes out that nobody takes.
                seconds["transaction_timeout"] = 4 * limits.silence
            words += [f"SET LOCAL {name} = {round(its * 1000)}" for name, its in seconds.items()]
        driver.execute("; ".join(words))

    def commit(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Commits, and writes in the same message what was to be written later."""
        driver: Any = dbapi_connection.driver_connection
        later, driver.later = driver.later, []
        if not later:
            driver.commit()
            return
        try:
            with driver.pipeline():
                for words, given, _ in later:
                    driver.execute(words, given)
                driver.execute("COMMIT")
        except driver.Error:
            # One of them was refused, so that there was no COMMIT; the library takes a transaction for ended by now.
            with suppress(driver.Error):
                driver.rollback()
            raise

    def rollback(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Nothing is to be written any more."""
        driver: Any = dbapi_connection.driver_connection
        driver.later = []
        driver.rollback()

    def until(self) -> float:
        """When an answer that is asked for now has not come in time."""
        return min(_asked.until, time.monotonic() + self._patience)

    def fell_silent(self) -> None:
        """Somebody has waited in vain."""
        self._silent = True


def laid(url: str, patience: float) -> sa.Engine:
    """An engine whose every connection is one of ours."""
    # Whoever was used last is used next: it has the statements ready, and the server its pages at hand.
    pool = {"pool_size": 10, "max_overflow": 10, "pool_timeout": 2, "pool_use_lifo": True}
    engine = sa.create_engine(url, connect_args=NEVER_FOR_EVER, **pool)
    line = Line(patience)
    sa.event.listen(engine, "do_connect", line.connect)
    sa.event.listen(engine, "checkin", _given_back)
    sa.event.listen(engine, "checkout", _taken)
    # Not as a listener: who listens to an engine is asked before and after every statement.
    engine.dialect.do_begin = line.begin  # type: ignore[method-assign]
    engine.dialect.do_commit = line.commit  # type: ignore[method-assign]
    engine.dialect.do_rollback = line.rollback  # type: ignore[method-assign]
    return engine


def _given_back(connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _taken(connection: Any, record: ConnectionPoolEntry, borrowed: PoolProxiedConnection) -> None:
    if time.monotonic() - record.info.get("used", math.inf) > _FRESH and not _answers(connection):
        raise InvalidatePoolError  # its server was started anew: the others are lost, too


def _answers(connection: Any) -> bool:
    try:
        connection.execute("")
    except connection.Error:
        return False
    return True


class _Columns(Sequence[Any]):
    """A result's columns, not made before they are looked at; a turn has some hundred and fifty."""

    def __init__(self, cursor: object, column: Callable[[Any, int], object], many: int) -> None:
        self._cursor, self._column, self._many = cursor, column, many

    def __len__(self) -> int:
        return self._many

    def __getitem__(self, at: Any) -> Any:
        return [self._column(self._cursor, n) for n in range(self._many)][at]


@cache
def _connection() -> Any:
    # Only who has PostgreSQL has its driver.
    import psycopg

    class Cursor(psycopg.Cursor[Any]):
        """Many rows go in a pipeline; after it the server does not count our silence unless it hears one thing more."""

        def executemany(self, query: Any, params_seq: Any, *, returning: bool = False) -> None:
            super().executemany(query, params_seq, returning=returning)
            # The driver ends a pipeline by Sync and Flush. Sync sets the server's clock for a transaction that says
            # nothing, and Flush, which has no answer, stops it: what was locked would be held for ever.
            self.connection.execute("")

        @property
        def description(self) -> Any:
            """The columns, each told when it is asked for: of a statement that is known nobody asks."""
            result = self.pgresult
            return _Columns(self, psycopg.Column, result.nfields) if result and result.nfields else None

    class Connection(psycopg.Connection[Any]):
        """One that is given up when an answer has not come in time: a statement's, a commit's, a rollback's."""

        Silent, Timeout = psycopg.OperationalError, psycopg.errors.ConnectionTimeout
        line: Line | None = None
        #: What goes with the COMMIT (`models.prepared`): words, values, tables.
        later: list[tuple[str, Any, frozenset[str]]]

        def __init__(self, *what: Any, **more: Any) -> None:
            super().__init__(*what, **more)
            self.cursor_factory = Cursor

        def wait(self, gen: Any, *how: Any, **more: Any) -> Any:
            return super().wait(self._heard(gen, self.line.until()) if self.line else gen, *how, **more)

        def _heard(self, gen: Any, until: float) -> Generator[Any, Any, Any]:
            """The same, but for a silence of a tenth of a second that lasts beyond the moment."""
            try:
                wanted = next(gen)
                while True:
                    ready = yield wanted
                    if not ready and time.monotonic() > until:
                        self._give_up()
                    wanted = gen.send(ready)
            except StopIteration as end:
                return end.value

        def _give_up(self) -> None:
            assert self.line is not None
            self.line.fell_silent()
            self.pgconn.finish()
            raise psycopg.OperationalError("the database does not answer")

    return Connection
