"""Redis, the database, a process or the clock fails in the middle of a visit's life: it comes back by itself (rel.I10, rel.I11)."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
import redis
import sqlalchemy as sa

from bot import ports
from models.failpoint import HANG
from tests.conftest import BACKENDS
from tests.faults.conftest import ROUNDS, Stories
from tests.faults.machines import HERE, until
from tests.faults.town import QUIET, Town, pushed_at_once

pytestmark = pytest.mark.slow

#: Real seconds that an outage lasts: longer than a push waits, shorter than WeChat's patience for three attempts.
SHORT = 2.5


def flushed(town: Town) -> None:
    town.redis.flushall()


def restarted_empty(town: Town) -> None:
    town.stop_queue()
    time.sleep(SHORT)
    town.start_queue()
    town.redis.flushall()


def read_only(town: Town) -> None:
    town.redis.replicaof("127.0.0.1", 1)
    _later(lambda: town.redis.replicaof("no", "one"))


def out_of_memory(town: Town) -> None:
    town.redis.config_set("maxmemory", 1)
    _later(lambda: town.redis.config_set("maxmemory", 0))


def hanging(town: Town) -> None:
    town.redis.client_pause(round(SHORT * 1000))


def gone_for_a_step(town: Town) -> None:
    town.stop_queue()
    _later(town.start_queue, 8)


QUEUE = [flushed, restarted_empty, read_only, out_of_memory, hanging, gone_for_a_step]
STEPS = ["send", "confirm", "evening"]


@pytest.mark.rule("rel.I10")
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("outage", QUEUE, ids=lambda f: f.__name__)
def test_redis_is_disposable(stories: Stories, outage: Callable[[Town], None], step: str) -> None:
    if not ROUNDS and stories.database == BACKENDS[-1] != BACKENDS[0]:
        pytest.skip("make chaos")
    _live(stories, step, outage)


@pytest.mark.rule("rel.I1")
@pytest.mark.rule("rel.I2")
@pytest.mark.parametrize("step", STEPS)
def test_a_database_that_is_held_or_restarted_loses_nothing(stories: Stories, step: str) -> None:
    _live(stories, step, _database_away)


def _database_away(town: Town) -> None:
    engine: sa.Engine = town.world.sessions.kw["bind"]
    if engine.dialect.name == "sqlite":
        held = sqlite3.connect(engine.url.database, isolation_level=None, check_same_thread=False)
        held.execute("BEGIN IMMEDIATE")
        _later(held.close)
        return
    # What a client sees of a server's restart: every connection breaks, again and again.
    plain = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def cut() -> None:
        with psycopg.connect(plain, autocommit=True) as mine:
            end = time.monotonic() + SHORT
            while time.monotonic() < end:
                mine.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                time.sleep(0.1)

    threading.Thread(target=cut, daemon=True).start()
    time.sleep(0.2)


@pytest.mark.rule("rel.I1")
@pytest.mark.rule("rel.I9")
@pytest.mark.parametrize("name", ["web", "worker", "beat"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_any_process_may_end_or_stand_still(stories: Stories, how: int, name: str) -> None:
    def fall(town: Town) -> None:
        town.processes.signal(how, name)
        if how == signal.SIGSTOP:
            _later(lambda: town.processes.signal(signal.SIGCONT, name))

    _live(stories, {"web": "confirm", "worker": "evening", "beat": "evening"}[name], fall)


@pytest.mark.rule("rel.I1")
@pytest.mark.parametrize(
    ("name", "point"),
    [("web", "in.stored"), ("worker", "send.answered"), ("worker", "plan.done"), ("beat", "beat.looked")],
)
def test_who_is_asked_to_end_finishes_what_is_under_way(stories: Stories, name: str, point: str) -> None:
    """As systemd and compose ask: the process alone, not what it has forked."""
    town, story, asked = stories.town, stories.next(), []
    at = "evening" if point == "plan.done" else "send"

    def ask() -> None:
        until(lambda: town.fell(point), QUIET)
        asked.append(town.processes.pid(name))
        os.kill(asked[0], signal.SIGTERM)

    asking = threading.Thread(target=ask)

    def before(now: str) -> None:
        if now == at:
            town.arm(point, HANG)
            asking.start()
        elif asked:
            # Its successor is there before the next is said: WeChat's patience here is shorter than a start.
            until(lambda: town.processes.pid(name) != asked[0] and ports.answers(HERE, town.config.web.port), QUIET)

    story.before = before
    story.live()
    asking.join()
    story.check(stories.expected)
    assert story.unsure() == 0
    assert story.said_again == 0


@pytest.mark.rule("rel.I11")
@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-1), timedelta(hours=1)])
def test_a_clock_that_jumps_neither_repeats_nor_skips(stories: Stories, jump: timedelta) -> None:
    def leap(town: Town) -> None:
        right = town.now()
        town.hold(right + jump)
        time.sleep(SHORT)
        town.hold(right)

    _live(stories, "cancel", leap)


@pytest.mark.rule("rel.I3")
def test_every_push_three_times_at_once_has_one_effect(stories: Stories) -> None:
    with pushed_at_once(stories.town, 3):
        story = stories.next()
        story.live()
        story.check(stories.expected)


def _live(stories: Stories, step: str, fall: Callable[[Town], None]) -> None:
    story = stories.next()
    story.before = lambda now: fall(stories.town) if now == step else None
    story.live()
    _wait_for_queue(stories.town)
    story.check(stories.expected, unsure=1)


def _later(do: Callable[[], object], seconds: float = SHORT) -> None:
    threading.Timer(seconds, do).start()


def _wait_for_queue(town: Town) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            town.redis.ping()
            return
        except redis.RedisError:
            time.sleep(0.2)
