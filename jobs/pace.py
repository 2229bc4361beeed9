"""How fast and whether an account may send: its pace, and interfaces that the platform has closed for the day."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

import redis

from bot.wechat.channels import CHANNELS, Outcome
from bot.wechat.errcodes import Then
from jobs.outcomes import midnight


class Pace:
    """So many sends a second of one account, for all threads of this process."""

    def __init__(self, per_second: int) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0
        self._lock = threading.Lock()

    def enter(self, latest: float, at_once: bool = False) -> bool:
        """Waits for its turn; False when that comes after `latest` (of `time.monotonic`).

        What goes `at_once` passes those who wait, and they wait the longer for it.
        """
        with self._lock:
            now = time.monotonic()
            turn = now if at_once else max(self._next, now)
            if turn > latest:
                return False
            self._next = max(self._next, now) + self._gap
        if turn > now:
            time.sleep(turn - now)
        return True


class Breaker:
    """Leaves a platform alone that does not answer, before every message to it has become a riddle (rel.I18)."""

    _PATIENCE, _REST = 5, 30.0  #: silences in a row; seconds

    def __init__(self) -> None:
        self._silences, self._until = 0, 0.0
        self._lock = threading.Lock()

    @property
    def open(self) -> bool:
        return time.monotonic() < self._until

    def note(self, answered: bool) -> None:
        """An answer closes it; after a rest a single silence opens it again."""
        with self._lock:
            self._silences = 0 if answered else self._silences + 1
            if self._silences >= self._PATIENCE:
                self._until = time.monotonic() + self._REST


class Pauses:
    """Interfaces out of quota, shared through Redis; that it forgets costs a few refused calls, no message."""

    def __init__(self, store: redis.Redis | None, accounts: Iterable[str]) -> None:
        self._store = store
        self._keys = [f"{account}:{channel}" for account in accounts for channel in CHANNELS]
        self._until: dict[str, datetime] = {}

    def look(self) -> None:
        """Hears what other processes were told."""
        if self._store is not None and self._keys:
            with suppress(redis.RedisError):
                found = self._store.mget([_name(key) for key in self._keys])
                kept = {key: value for key, value in zip(self._keys, found, strict=True) if isinstance(value, bytes)}
                self._until |= {key: datetime.fromisoformat(value.decode()) for key, value in kept.items()}

    def note(self, account: str, channel: str, outcome: Outcome, now: datetime) -> None:
        """Remembers a refusal that stands until midnight."""
        if outcome.then is Then.NEXT_DAY:
            key, until = f"{account}:{channel}", midnight(now)
            self._until[key] = until
            if self._store is not None:
                with suppress(redis.RedisError):
                    self._store.set(_name(key), until.isoformat(), ex=timedelta(days=1))

    def until(self, account: str, channel: str, now: datetime) -> datetime | None:
        """Until when nothing goes by that channel."""
        end = self._until.get(f"{account}:{channel}")
        return end if end is not None and now < end else None


def _name(key: str) -> str:
    return f"jiafang:closed:{key}"
