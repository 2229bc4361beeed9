"""How what people sent is fetched from the platform: taken by one, several side by side, tried again with pauses."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from bot import incident
from bot.wechat.client import SendError
from models.base import Sessions, writing
from models.inbox import Inbound
from models.photo import Photo
from models.writing import Busy

log = logging.getLogger("jiafang.fetching")

Taken = TypeVar("Taken")
Row = TypeVar("Row", Inbound, Photo)

#: Longer than the platform and a recogniser may take together.
LEASE = timedelta(seconds=45)
#: Attempts, and the real seconds between them.
TRIES, PAUSES = 3, (2, 8)
#: Seconds that writing may be waited for.
PATIENCE = 5.0
_SIDE_BY_SIDE = 8
_WORK_FOR = 10.0


def in_rounds(limit: int, anything: Callable[[], bool], one_round: Callable[[int], int]) -> int:
    """Round after round while something waits and time is left; returns how many were dealt with."""
    done, until = 0, time.monotonic() + _WORK_FOR
    while done < limit and time.monotonic() < until and anything():
        try:
            taken = one_round(min(_SIDE_BY_SIDE, limit - done))
        except Busy:
            break
        if not taken:
            break
        done += taken
    return done


def side_by_side(do: Callable[[Taken], None], taken: Sequence[Taken], name: str) -> None:
    """Each in a thread of its own; a single one needs none."""
    if len(taken) == 1:
        do(taken[0])
    elif taken:
        with ThreadPoolExecutor(len(taken), name) as pool:
            list(pool.map(do, taken))


@dataclass(frozen=True)
class Errand(Generic[Row]):
    """One thing that is fetched: how its row is found again, and what becomes of it when nobody tries any more."""

    sessions: Sessions
    what: str
    account: str
    attempts: int  #: as they were when it was taken
    waiting: Callable[[Session], Row | None]
    give_up: Callable[[Session, Row, str], None]

    def run(self, fetch: Callable[[], None], why: str) -> None:
        """Outside any transaction; whatever goes wrong is this one's trouble alone."""
        try:
            fetch()
        except SendError as error:
            log.warning("account %s: %s could not be fetched: %s", self.account, self.what, error)
            self.put_off(why, at_once=error.permanent)
        except Busy:
            self.put_off(why)
        except Exception as bug:  # noqa: BLE001 - it is recorded with a number
            incident.record(bug, f"fetching {self.what}")
            self.put_off(why)

    def put_off(self, why: str, at_once: bool = False) -> None:
        """It will be tried again, or never; an attempt that came too late changes nothing."""
        try:
            with writing(self.sessions, PATIENCE) as session:
                row = self.waiting(session)
                if row is None or row.attempts != self.attempts:
                    return
                if at_once or row.attempts >= TRIES:
                    self.give_up(session, row, why)
                else:
                    row.lease_until = _free_again(row.attempts)
        except Busy:
            # The lease runs out by itself.
            log.warning("account %s: %s could not be put off", self.account, self.what)


def _free_again(attempts: int) -> datetime:
    """When the next attempt may be made, in real time."""
    return datetime.now(UTC) + timedelta(seconds=PAUSES[attempts - 1])
