"""Wakes a worker through Redis; that nobody wakes costs seconds, never a message."""

from __future__ import annotations

import logging
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

log = logging.getLogger("jiafang.nudge")

QUEUE = "jiafang"
#: Seconds: what Redis may take, what one wake-up covers, and how long a Redis that is away is left alone.
_LIMIT, _COVERS_MS, _REST = 0.02, 3000, 1.0
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
