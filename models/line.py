"""The line to PostgreSQL: neither end waits for ever for the other that has fallen silent (rel.I2, rel.I9)."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa

#: Seconds for a connection; milliseconds and seconds after which a server that has vanished without a word is given
#: up, which would take the system's own quarter of an hour. Where a socket's file leads to it they mean nothing.
NEVER_FOR_EVER = {
    "connect_timeout": 2,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


def laid(url: str) -> sa.Engine:
    """An engine whose every connection is one of ours."""
    connecting: dict[str, Any] = {**NEVER_FOR_EVER, "cursor_factory": _cursor()}
    return sa.create_engine(
        url, pool_pre_ping=True, pool_size=10, max_overflow=10, pool_timeout=2, connect_args=connecting
    )


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
