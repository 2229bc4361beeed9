"""What comes next by the school's clock, and whether all that has come is done: for whoever turns that clock."""

from __future__ import annotations

from datetime import datetime

from jobs import timetable
from jobs.glance import look
from models.base import Sessions, reading
from models.notification import next_due

MESSAGE = "message"  #: a message that waits for its minute


class Coming:
    """Asked by the sandbox, which jumps from one thing to the next (rulings 27)."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def next(self, now: datetime) -> tuple[datetime, str] | None:
        """When something will happen by itself, later than now, and by whose agenda; or a message that waits."""
        with reading(self._sessions) as session:
            planned, waiting = timetable.ahead(session, now), next_due(session)
        message = (waiting, MESSAGE) if waiting and waiting > now else None
        return min((one for one in (planned, message) if one), default=None)

    def is_done(self, until: datetime) -> bool:
        """Whether all that was due by then has been planned and sent."""
        seen = look(self._sessions)
        planned = seen.planned_at is not None and seen.planned_at >= until
        return planned and seen.lease_until is None and (seen.send_at is None or seen.send_at > until)
