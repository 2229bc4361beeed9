"""Waking a worker: quick, once for many, and never in the way of who wakes."""

import socket
import time

from rq import Queue
from rq.serializers import JSONSerializer

from bot.nudge import QUEUE, Nudge, wake_key


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
