"""The worker: takes what is queued in a world of its own, signs its life, and loses nothing to Redis."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from rq import Queue
from rq.serializers import JSONSerializer

from bot import health
from bot.clock import Clock
from bot.config import Config, load
from bot.nudge import QUEUE, Nudge, wake_key
from jobs import context, worker
from jobs.context import World
from models.base import Sessions, writing
from models.notification import Notification
from models.periodic import Heartbeat


@pytest.fixture
def world(sessions: Sessions, redis, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("JIAFANG_DATA", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", redis_url)
    config: Config = load(Path(__file__).parents[2] / "bot" / "sandbox" / "sandbox.toml")
    world = World(config, sessions, Clock(sessions), {}, redis)
    context.enter(world)
    return world


def test_what_was_woken_is_done_and_can_be_woken_again(world, redis, redis_url):
    nudge = Nudge(redis_url)
    nudge.plan()
    nudge.deliver()
    worker.burst(redis)
    assert Queue(QUEUE, connection=redis, serializer=JSONSerializer).is_empty()
    assert not redis.exists(wake_key("plan"), wake_key("deliver"))
    assert redis.zcard(f"rq:failed:{QUEUE}") == 0


def test_without_redis_the_jobs_do_the_same(world):
    context.enter(replace(world, store=None))
    worker.plan()
    worker.deliver()
    with world.sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 0


def test_a_sign_of_life_is_one_row(world):
    for _ in range(2):
        worker.sign(world.sessions, "worker here 1")
    with world.sessions() as session:
        (beat,) = session.scalars(sa.select(Heartbeat))
    assert beat.name == "worker here 1"
    assert datetime.now(UTC) - beat.at < timedelta(seconds=5)


def test_a_worker_signs_for_itself_and_not_for_its_forked_jobs(world, redis):
    queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
    school = worker.SchoolWorker(world.sessions, queue, redis)
    school.register_birth()
    school.heartbeat()
    name = f"%{os.getpid()}"
    with writing(world.sessions) as session:
        assert session.execute(sa.delete(Heartbeat).where(Heartbeat.name.like(name))).rowcount == 1
    school.heartbeat()
    with world.sessions() as session:
        assert session.scalars(sa.select(Heartbeat)).all() == []
    school.register_death()


def test_a_process_that_entered_no_world_says_so(monkeypatch):
    monkeypatch.setattr(context, "_here", None)
    with pytest.raises(RuntimeError):
        worker.deliver()


def test_a_worker_that_has_ended_is_not_counted(sessions: Sessions) -> None:
    worker.sign(sessions, worker._name())
    assert health.state(sessions, None, datetime.now(UTC))["workers"] == 1
    worker.gone(sessions)
    assert health.state(sessions, None, datetime.now(UTC))["workers"] == 0
