"""Whose turn it is to write: a fair queue within the process and, for SQLite, a file lock between processes."""

from __future__ import annotations

import math
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import sqlalchemy as sa

try:
    import fcntl
except ImportError:  # no file locks on this platform: SQLite's own waiting has to do
    fcntl = None  # type: ignore[assignment]


class Busy(Exception):
    """The database is held by others for longer than the caller can wait."""


class Crossed(Busy):
    """Two transactions waited for each other, and this one was ended: a second attempt finds the way free."""


@dataclass(frozen=True)
class Limits:
    """For how many seconds a transaction that writes may wait for others, and may say nothing."""

    patience: float
    silence: float


#: Those of the transaction that is about to begin here; none: it only reads.
beginning: ContextVar[Limits | None] = ContextVar("beginning", default=None)


@contextmanager
def within(patience: float, silence: float) -> Iterator[None]:
    """What begins in the block begins to write, and keeps these limits."""
    others = beginning.set(Limits(patience, silence))
    try:
        yield
    finally:
        beginning.reset(others)


class WriteLock:
    """Lets in so many writers at a time, in order of arrival; one for SQLite (rulings 36).

    SQLite's own busy-waiting starves writers: with sixteen of them the slowest waits for seconds.
    """

    def __init__(self, path: str | None, at_once: float = 1) -> None:
        self._path = path
        self._gate = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._free = at_once

    @contextmanager
    def held(self, patience: float) -> Iterator[None]:
        """Waits for its turn for at most `patience` seconds, else `Busy`."""
        deadline = time.monotonic() + patience
        self._enter(patience)
        try:
            handle = self._lock_file(deadline)
            try:
                yield
            finally:
                if handle is not None:
                    handle.close()
        finally:
            self._leave()

    def _enter(self, patience: float) -> None:
        turn = threading.Lock()
        with self._gate:
            if self._free > 0:
                self._free -= 1
                return
            turn.acquire()
            self._queue.append(turn)
        if turn.acquire(timeout=patience):
            return
        with self._gate:
            if turn in self._queue:
                self._queue.remove(turn)
                raise Busy
        # The turn was handed over in the last moment: it is ours.

    def _leave(self) -> None:
        with self._gate:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._free += 1

    def _lock_file(self, deadline: float) -> IO[bytes] | None:
        if self._path is None or fcntl is None:
            return None
        handle = Path(self._path).open("ab")  # noqa: SIM115 - closed by the caller, which frees the lock
        wait = 0.0005
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return handle
            except OSError:
                if time.monotonic() > deadline:
                    handle.close()
                    raise Busy from None
                time.sleep(wait)
                wait = min(wait * 2, 0.01)


_locks: weakref.WeakKeyDictionary[sa.Engine, WriteLock] = weakref.WeakKeyDictionary()
_making = threading.Lock()


def lock_for(engine: sa.Engine) -> WriteLock:
    """The write lock of this engine's database."""
    with _making:
        if engine not in _locks:
            _locks[engine] = _lock_of(engine)
        return _locks[engine]


def _lock_of(engine: sa.Engine) -> WriteLock:
    if engine.dialect.name != "sqlite":
        return WriteLock(None, math.inf)
    file = engine.url.database
    return WriteLock(f"{file}.lock" if file and file != ":memory:" else None)


def let_in(engine: sa.Engine, at_once: int) -> None:
    """At most so many of this process write at once where the database would take more; SQLite takes one."""
    if engine.dialect.name != "sqlite":
        with _making:
            _locks[engine] = WriteLock(None, at_once)
