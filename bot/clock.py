"""The school's clock: real time, which only the sandbox may turn or hold (rulings 26)."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.base import Sessions, reading
from models.periodic import ClockTurn

_ROW = 1
_FRESH = 1.0  #: seconds for which a look at the row is good


class Clock:
    """Without `sessions` it is plain real time and cannot be turned; that is how a real school runs."""

    def __init__(self, sessions: Sessions | None = None) -> None:
        self._sessions = sessions
        self._looking = threading.Lock()
        self._looked: float | None = None
        self._turned = timedelta()
        self._held: datetime | None = None

    def now(self) -> datetime:
        """The school's moment, aware, in UTC."""
        if self._sessions is not None:
            self._look(self._sessions)
        return self._held or datetime.now(UTC) + self._turned

    def turn(self, session: Session, to: datetime) -> None:
        """Sets the clock to that moment; it goes on from there. The caller commits."""
        self._write(session, (to - datetime.now(UTC)).total_seconds(), None)

    def hold(self, session: Session, at: datetime) -> None:
        """Stops the clock at that moment. The caller commits."""
        self._write(session, (at - datetime.now(UTC)).total_seconds(), at)

    def _write(self, session: Session, seconds: float, held: datetime | None) -> None:
        if self._sessions is None:
            raise RuntimeError("the clock of a real school cannot be turned")
        row = session.get(ClockTurn, _ROW) or ClockTurn(id=_ROW)
        row.seconds, row.held_at = seconds, held
        session.add(row)
        self._keep(seconds, held)

    def _look(self, sessions: Sessions) -> None:
        if self._looked is not None and time.monotonic() - self._looked < _FRESH:
            return
        if not self._looking.acquire(blocking=self._looked is None):
            return  # somebody else is looking; what was seen a second ago will do
        try:
            with reading(sessions) as session:
                row = session.get(ClockTurn, _ROW)
            self._keep(row.seconds if row else 0.0, row.held_at if row else None)
        except SQLAlchemyError:
            # A database that is away must not stop the clock; the doors say what is wrong.
            self._looked = time.monotonic()
        finally:
            self._looking.release()

    def _keep(self, seconds: float, held: datetime | None) -> None:
        self._turned, self._held = timedelta(seconds=seconds), held
        self._looked = time.monotonic()
