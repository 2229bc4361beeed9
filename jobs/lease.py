"""How long a sender may go on with the rows it has claimed: twenty seconds, and again while it sends (rulings 29)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.wechat.client import DEADLINE
from models.base import Sessions, writing
from models.claim import renew
from models.notification import Notification
from models.writing import Busy

LENGTH = timedelta(seconds=20)
#: Seconds after which it is renewed.
EVERY = 6.0
#: A letter that could not be begun within these seconds might outlive the lease.
_BEGIN_WITHIN = LENGTH.total_seconds() - DEADLINE - 1.0
_PATIENCE = 1.0


class Lease:
    """The rows of one claim. Real time; a process that stood still finds that it has run out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """As of now, before the claim is made."""
        self._held: dict[int, int] = {}
        self._clock, self._since = clock, clock()

    def on(self, rows: Sequence[Notification]) -> None:
        """The claim is made, each row with its own fence."""
        self._held = {row.id: row.fence for row in rows}

    @property
    def begin_by(self) -> float:
        """When a letter may last be begun, by that clock."""
        return self._since + _BEGIN_WITHIN

    def covers(self, row: Notification) -> bool:
        """False once another sender has taken it."""
        return row.id in self._held

    def keep(self, sessions: Sessions) -> None:
        """Renews it when it is time to; who cannot write just now begins no more letters after a while."""
        since = self._clock()
        if not self._held or since - self._since < EVERY:
            return
        with suppress(Busy), writing(sessions, _PATIENCE) as session:
            kept = renew(session, self._held, datetime.now(UTC) + LENGTH)
            session.commit()
            self._held, self._since = {row: self._held[row] for row in kept}, since
