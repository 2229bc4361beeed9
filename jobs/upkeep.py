"""What the beat does for the house itself: a sign of life, and SQLite's log taken into the database."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from models.base import Sessions, writing
from models.periodic import Heartbeat
from models.writing import Busy, lock_for

SIGN_EVERY = 10.0  #: seconds
_CHECK_EVERY = 5.0
_FORGOTTEN = timedelta(days=1)  #: signs of processes that are long gone
#: The log is taken in at this size; a small one costs nothing to leave, a large one slows every read.
_LOG_SIZE = 4_000_000


class Upkeep:
    """Only the beat checkpoints, under the lock of all writers (rulings 36): SQLite before 3.51.3 asks for that."""

    def __init__(self, sessions: Sessions, name: str) -> None:
        self._sessions, self._name = sessions, name
        self._engine: sa.Engine = sessions.kw["bind"]
        file = self._engine.url.database
        is_file = self._engine.dialect.name == "sqlite" and file and file != ":memory:"
        self._log = Path(f"{file}-wal") if is_file else None
        self._sign_after = self._check_after = float("-inf")

    def keep(self) -> None:
        """What is to be done by now."""
        real = time.monotonic()
        if real >= self._sign_after:
            self._sign_after = real + SIGN_EVERY
            self._sign()
        if self._log is not None and real >= self._check_after:
            self._check_after = real + _CHECK_EVERY
            if self._log.exists() and self._log.stat().st_size > _LOG_SIZE:
                self.checkpoint()

    def end(self) -> None:
        """Leaves a tidy house: nobody shall believe that it still beats."""
        with contextlib.suppress(Busy, SQLAlchemyError), writing(self._sessions) as session:
            session.execute(sa.delete(Heartbeat).where(Heartbeat.name == self._name))
        if self._log is not None:
            with contextlib.suppress(Busy, SQLAlchemyError):
                self.checkpoint("TRUNCATE")
        self._engine.dispose()

    def _sign(self) -> None:
        now = datetime.now(UTC)
        with writing(self._sessions) as session:
            session.merge(Heartbeat(name=self._name, at=now))
            session.execute(sa.delete(Heartbeat).where(Heartbeat.at < now - _FORGOTTEN))

    def checkpoint(self, mode: str = "RESTART") -> None:
        """Takes the log into the database while nobody writes."""
        with lock_for(self._engine).held(1.0), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
