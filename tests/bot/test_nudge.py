"""Waking a worker: quick, once for many, and never in the way of who wakes."""

import socket
import time

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from bot.nudge import QUEUE, Beside, Nudge, wake_key


def queued(redis) -> list[str]:
    queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
    return [job.func_name for job in queue.jobs]


def test_many_wakings_are_one_job(redis_url, redis):
    nudge = Nudge(redis_url)
    assert [nudge.deliver() for _ in range(5)] == [True] * 5
    nudge.plan()
    assert queued(redis) == ["jobs.worker.deliver", "jobs.worker.plan"]


def test_what_comes_after_a_job_began_wakes_again(redis_url, redis):
    nudge = Nudge(redis_url)
    nudge.deliver()
    redis.delete(wake_key("deliver"))
    nudge.deliver()
    assert len(queued(redis)) == 2


def test_a_job_carries_no_argument_and_no_pickle(redis_url, redis):
    Nudge(redis_url).deliver()
    (key,) = [k for k in redis.keys("rq:job:*") if redis.type(k) == b"hash"]
    job = redis.hgetall(key)
    assert job[b"timeout"] == b"120"
    assert b"jobs.worker.deliver" in job[b"data"] or job[b"data"][:1] == b"x"  # JSON, compressed
    assert job[b"result_ttl"] == b"0"
    assert job[b"failure_ttl"] == b"604800"


def test_a_redis_that_is_gone_or_silent_costs_a_blink():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for url in ("redis://127.0.0.1:1/0", f"redis://127.0.0.1:{port}/0", "unix:///nowhere/redis.sock"):
            nudge, begun = Nudge(url), time.monotonic()
            assert not nudge.deliver()
            assert not nudge.plan()
            assert time.monotonic() - begun < 0.1


class Slow:
    """Takes its time, and counts."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.woken = seconds, 0

    def deliver(self) -> None:
        time.sleep(self.seconds)
        self.woken += 1


def until(holds, seconds=5.0):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.005)
    return holds()


def test_many_who_owe_at_once_wake_once_and_whoever_comes_later_again():
    slow = Slow(0.1)
    beside = Beside(slow)
    for _ in range(50):
        beside.deliver()
    assert until(lambda: slow.woken >= 1)
    time.sleep(0.3)
    before = slow.woken
    assert before <= 2
    beside.deliver()
    assert until(lambda: slow.woken == before + 1)


def test_nobody_waits_for_a_waking_that_hangs():
    beside, begun = Beside(Slow(1.0)), time.monotonic()
    for _ in range(20):
        beside.deliver()
    assert time.monotonic() - begun < 0.2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_one_that_breaks_is_begun_anew():
    class Broken(Slow):
        def deliver(self) -> None:
            super().deliver()
            raise SystemExit  # ends its thread, and says nothing

    broken = Broken(0)
    beside = Beside(broken)
    beside.deliver()
    assert until(lambda: broken.woken == 1)
    assert until(lambda: not beside._awake())
    beside.deliver()
    assert until(lambda: broken.woken == 2)
