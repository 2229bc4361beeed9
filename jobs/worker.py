"""The worker: an RQ worker of one queue that does what the two jobs say, however often Redis goes away."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import time
from datetime import UTC, datetime
from typing import Any

import redis
import sqlalchemy as sa
from rq import Queue, SimpleWorker, Worker
from rq.serializers import JSONSerializer

from bot import valkey
from bot.config import Config
from bot.nudge import QUEUE, wake_key
from jobs.context import World, build, enter, world
from jobs.delivery import Delivery
from jobs.photos import keep
from jobs.timetable import plan_all
from jobs.voices import hear
from models import failpoint
from models.base import Sessions, writing
from models.periodic import Heartbeat
from models.writing import Busy

log = logging.getLogger("jiafang.worker")

TTL = 30  #: seconds; RQ looks after the lost only this often, and its own default means a quarter of an hour
_SIGN_EVERY = 10.0
AT_ONCE = 1000
_WORK_FOR = 60.0  #: seconds after which a job makes room for the next


def deliver() -> None:
    """Listens to what was said, and empties the outbox of what is due."""
    here = world()
    _woken(here, "deliver")
    delivery, until = Delivery(here), time.monotonic() + _WORK_FOR
    while time.monotonic() < until and hear(here) + keep(here) + delivery.deliver(AT_ONCE):
        pass


def plan() -> None:
    """Puts what has become due into the outbox, and sends it."""
    here = world()
    _woken(here, "plan")
    with writing(here.sessions) as session:
        done = plan_all(session, here.clock.now())
        failpoint.reach("plan.done")
    failpoint.reach("plan.committed")
    if done:
        deliver()


def work(config: Config) -> None:
    """Works until it is told to stop; comes back when Redis has been away."""
    here = build(config)
    enter(here)
    connection = redis.Redis.from_url(valkey.address(config))
    while True:
        try:
            queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
            SchoolWorker(here.sessions, queue, connection).work(with_scheduler=False, logging_level="WARNING")
        except redis.RedisError as error:
            log.warning("Redis is away: %s", type(error).__name__)
            time.sleep(1.0)
        else:
            gone(here.sessions)
            return


class SchoolWorker(Worker):
    """RQ's worker with the settings that survive a kill, and a sign of life in the database."""

    max_connection_wait_time = 3.0

    def __init__(self, sessions: Sessions, queue: Queue, connection: redis.Redis, **more: Any) -> None:
        super().__init__(
            [queue],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=TTL,
            maintenance_interval=TTL,
            job_monitoring_interval=10,
            log_job_description=False,
            **more,
        )
        self._sessions, self._owner, self._signed = sessions, os.getpid(), float("-inf")

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        super().heartbeat(*args, **kwargs)
        # A job's own process inherits this object and must not touch its parent's database connections.
        if os.getpid() == self._owner and time.monotonic() - self._signed > _SIGN_EVERY:
            self._signed = time.monotonic()
            with contextlib.suppress(Busy, sa.exc.SQLAlchemyError):
                sign(self._sessions, _name())


class Burst(SimpleWorker):
    """Does what is queued in this very process, for plays; nobody commands it over Redis, so it ends at once."""

    def subscribe(self) -> None:
        return

    def unsubscribe(self) -> None:
        return


def burst(connection: redis.Redis) -> bool:
    """Works off the queue and returns whether there was anything in it."""
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    worker = Burst([queue], connection=connection, serializer=JSONSerializer, log_job_description=False)
    return bool(worker.work(burst=True, logging_level="ERROR"))


def _name() -> str:
    return f"worker {socket.gethostname()[:30]} {os.getpid()}"


def gone(sessions: Sessions) -> None:
    """Takes its sign away: nobody shall wait for a worker that has ended."""
    with contextlib.suppress(Busy, sa.exc.SQLAlchemyError), writing(sessions) as session:
        session.execute(sa.delete(Heartbeat).where(Heartbeat.name == _name()))


def sign(sessions: Sessions, name: str) -> None:
    """A sign of life; no connection stays open that a forked job could inherit."""
    try:
        with writing(sessions, 0.5) as session:
            session.merge(Heartbeat(name=name, at=datetime.now(UTC)))
    finally:
        engine: sa.Engine = sessions.kw["bind"]
        engine.dispose()


def _woken(here: World, job: str) -> None:
    """From now on who has something new must wake again."""
    if here.store is not None:
        with contextlib.suppress(redis.RedisError):
            here.store.delete(wake_key(job))
    failpoint.reach("work.begun")
