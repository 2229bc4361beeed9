"""Wakes a worker through Redis; that nobody wakes costs seconds, never a message."""

from __future__ import annotations

import logging
import threading
import time
from typing import Protocol

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger("jiafang.nudge")

QUEUE = "jiafang"
#: Seconds: what Redis may take, what one wake-up covers, and how long a Redis that is away is left alone.
_LIMIT, _COVERS_MS, _REST = 0.02, 3000, 1.0
#: Seconds between two wake-ups of a door: what is owed meanwhile shares one.
_PAUSE = 0.03
_JOB_LIMIT = 120
_FAILED_KEPT = 7 * 86400


def wake_key(job: str) -> str:
    """The key that says somebody was woken already; the job removes it when it begins."""
    return f"jiafang:woken:{job}"


class Nudge:
    """Enqueues the two jobs by name: the queue's other end belongs to a room above this one."""

    def __init__(self, redis_url: str) -> None:
        self._redis = redis.Redis.from_url(
            redis_url,
            socket_connect_timeout=_LIMIT,
            socket_timeout=_LIMIT,
            retry=Retry(NoBackoff(), 0),
            # No word before the first command: every one of them would have to be waited for.
            protocol=2,
            driver_info=None,
        )
        self._queue = Queue(QUEUE, connection=self._redis, serializer=JSONSerializer)
        self._rest_until = 0.0

    def plan(self) -> bool:
        """Somebody shall look what has become due."""
        return self._wake("plan")

    def deliver(self) -> bool:
        """Somebody shall empty the outbox."""
        return self._wake("deliver")

    def _wake(self, job: str) -> bool:
        if time.monotonic() < self._rest_until:
            return False
        try:
            if self._redis.set(wake_key(job), "1", nx=True, px=_COVERS_MS):
                self._queue.enqueue(
                    f"jobs.worker.{job}", result_ttl=0, failure_ttl=_FAILED_KEPT, job_timeout=_JOB_LIMIT
                )
        except redis.RedisError as error:
            self._rest_until = time.monotonic() + _REST
            log.warning("nobody was woken: %s", type(error).__name__)
            return False
        return True


class Waking(Protocol):
    """Whoever lets a worker know."""

    def deliver(self) -> object: ...


class Beside:
    """The same for a door: whoever is answered does not wait for it, and many at once wake a worker once."""

    def __init__(self, nudge: Waking) -> None:
        self._nudge, self._owed = nudge, threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def deliver(self) -> None:
        """Somebody shall empty the outbox, soon."""
        self._owed.set()
        if not self._awake():
            with self._starting:
                if not self._awake():  # in the process that serves: threads do not live on where it forks
                    self._thread = threading.Thread(target=self._wake, name="nudge", daemon=True)
                    self._thread.start()

    def _awake(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _wake(self) -> None:
        while True:
            self._owed.wait()
            self._owed.clear()
            self._nudge.deliver()
            time.sleep(_PAUSE)
