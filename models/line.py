"""The line to PostgreSQL: neither end waits for ever for the other that has fallen silent (rel.I2, rel.I9)."""

from __future__ import annotations

import math
import time
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

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


def laid(url: str) -> sa.Engine:
    """An engine whose every connection is one of ours."""
    connecting: dict[str, Any] = {**NEVER_FOR_EVER, "cursor_factory": _cursor()}
    engine = sa.create_engine(url, pool_size=10, max_overflow=10, pool_timeout=2, connect_args=connecting)
    sa.event.listen(engine, "checkin", _given_back)
    sa.event.listen(engine, "checkout", _taken)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _given_back(connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _taken(connection: Any, record: ConnectionPoolEntry, borrowed: PoolProxiedConnection) -> None:
    if not connection.autocommit:
        connection.autocommit = True  # the driver must not begin transactions of its own
    if time.monotonic() - record.info.get("used", math.inf) > _FRESH and not _answers(connection):
        raise InvalidatePoolError  # its server was started anew: the others are lost, too


def _answers(connection: Any) -> bool:
    try:
        connection.execute("")
    except connection.Error:
        return False
    return True


def _begin(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        # All in one message: every further one would be a way to the server and back, in every turn.
        limits: dict[str, float] = options.get("limits", {})
        in_time = [f"SET LOCAL {name} = {round(seconds * 1000)}" for name, seconds in limits.items()]
        connection.exec_driver_sql("; ".join(["BEGIN", *in_time]))


@cache
def _cursor() -> type:
    # Only who has PostgreSQL has its driver.
    import psycopg

    class Cursor(psycopg.Cursor[Any]):
        """Many rows go in a pipeline; after it the server does not count our silence unless it hears one thing more."""

        def executemany(self, query: Any, params_seq: Any, *, returning: bool = False) -> None:
            super().executemany(query, params_seq, returning=returning)
            # The driver ends a pipeline by Sync and Flush. Sync sets the server's clock for a transaction that says
            # nothing, and Flush, which has no answer, stops it: what was locked would be held for ever.
            self.connection.execute("")

    return Cursor
