"""What was erased must not lie about in free pages or in the log: the database is written anew (rel.I23)."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa

from models.writing import lock_for

_PATIENCE = 60.0  #: a large file takes its time, and writers wait
_TRIES = 40
_PAUSE = 0.25


def scrub(engine: sa.Engine) -> bool:
    """False when a reader still held the former state after some seconds: the beat takes the log in later."""
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            _plainly(connection).execute("VACUUM")
        return True
    # Under the lock of all writers, as the beat does when it takes the log in (rulings 36).
    with lock_for(engine).held(_PATIENCE), engine.connect() as connection:
        raw = _plainly(connection)
        raw.execute("VACUUM")
        for _ in range(_TRIES):
            busy, *_rest = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return True
            time.sleep(_PAUSE)
    return False


def _plainly(connection: sa.Connection) -> Any:
    """The driver's own connection, which begins no transaction unasked: within one nothing can be written anew."""
    return connection.connection.driver_connection
