"""Two machines share one database and one Redis: either is cut off, or the database killed; nothing is lost or comes twice."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest
import urllib3

from bot.sandbox.courier import Carried, Push
from models.failpoint import HANG, LONG
from tests.faults.cable import BROKEN, SILENT
from tests.faults.conftest import ROUNDS, Stories
from tests.faults.machines import until
from tests.faults.test_failpoints import STEPS, WINDOW
from tests.faults.town import QUIET, Town, pushed_at_once

pytestmark = [pytest.mark.slow, pytest.mark.rule("rel.I1"), pytest.mark.rule("rel.I3"), pytest.mark.rule("rel.I9")]

TAKEN = "of WeChat's three attempts none was taken"
#: Real seconds that PostgreSQL is down, and within which everything has come back.
DOWN, BACK = 3.0, 60.0
#: In the middle of a push, of a planner's round, of a sender's; the last after many rows were written in one go.
MIDST = ["in.said", "plan.done", "send.claimed", "send.answered", "send.settled"]
#: A push whose commit is in doubt, a planner's round, a sender's; seconds that nobody is answered, who hang before.
FROZEN = ["in.stored", "plan.done", "send.claimed", "send.settled"]
STILL = LONG + 3.0
#: Milliseconds for a door's answer: 503 within two seconds, also of one that had hung before it asked.
IN_TIME = (LONG + 2.0) * 1000
often = pytest.mark.skipif(not ROUNDS, reason="make chaos")


def test_pushes_go_to_either_machine_and_the_same_one_to_both_at_once(district: Stories) -> None:
    with pushed_at_once(district.town, 2):
        story = district.next()
        story.live()
    story.check(district.expected)


@pytest.mark.parametrize("how", [pytest.param(SILENT, marks=often), BROKEN])
@pytest.mark.parametrize("step", ["send", *(pytest.param(step, marks=often) for step in ("confirm", "evening"))])
def test_a_machine_may_be_cut_off(district: Stories, step: str, how: str) -> None:
    town, story = district.town, district.next()
    story.before = _cut_from(town, step, lambda: town.machines[0].cut(how))
    story.live()
    story.check(district.expected)
    assert story.said_again == 0, TAKEN


@pytest.mark.parametrize(
    "point", [p if p in ("in.said", "send.answered") else pytest.param(p, marks=often) for p in MIDST]
)
def test_a_machine_may_be_cut_off_in_the_middle(district: Stories, point: str) -> None:
    town, story = district.town, district.next()
    watch = threading.Thread(target=_cut_where_it_falls, args=(town, point))
    story.before = _cut_from(town, STEPS.get(point.split(".")[0], "book"), watch.start)
    town.when_fallen = town.expire_leases
    story.live()
    watch.join()
    story.check(district.expected, unsure=1 if point in WINDOW else 0)
    assert story.said_again == 0, TAKEN


@pytest.mark.rule("rel.I2")
@pytest.mark.parametrize("how", [pytest.param(signal.SIGQUIT, marks=often), signal.SIGKILL])
@pytest.mark.parametrize("step", ["send", *(pytest.param(step, marks=often) for step in ("confirm", "cancel"))])
def test_postgresql_is_killed_and_started_again(district: Stories, step: str, how: int) -> None:
    if district.server is None:
        pytest.skip("this PostgreSQL is not ours to kill")
    story, back = district.next(), threading.Thread(target=_start_again, args=(district,))
    began = {}

    def before(now: str) -> None:
        began[now] = time.monotonic()
        if now == step:
            district.server.kill(how)
            back.start()

    story.before = before
    story.live()
    back.join()
    story.check(district.expected, unsure=1)
    # What was said while it was away has been heard and answered by the time of the next step.
    took = min(at for at in began.values() if at > began[step]) - began[step]
    print(f"killed at {step}: all had happened {took - DOWN:.1f} s after it was started again")
    assert took < DOWN + BACK


@pytest.mark.rule("rel.I2")
@pytest.mark.parametrize("point", [p if p == "in.stored" else pytest.param(p, marks=often) for p in FROZEN])
def test_postgresql_stands_still_and_goes_on(district: Stories, point: str) -> None:
    if district.server is None:
        pytest.skip("this PostgreSQL is not ours to stop")
    story, still = district.next(), threading.Thread(target=_freeze_where_it_falls, args=(district, point))
    story.before = lambda now: still.start() if now == STEPS.get(point.split(".")[0], "book") else None
    with _noted(district.town) as answers:
        story.live()
    still.join()
    story.check(district.expected, unsure=1 if point in WINDOW else 0)
    assert story.said_again == 0, TAKEN
    refused = [a for a in answers if a.detail == "HTTP 503"]
    assert refused or not point.startswith("in.")
    assert all(a in refused for a in answers if a.outcome == "none"), answers
    assert max(a.ms for a in answers) < IN_TIME, answers


@contextmanager
def _noted(town: Town) -> Iterator[list[Carried]]:
    """All that the doors say meanwhile."""
    answers, attempt = [], town.platform.courier._attempt

    def noted(push: Push) -> Carried:
        answers.append(attempt(push))
        return answers[-1]

    town.platform.courier._attempt = noted
    try:
        yield answers
    finally:
        del town.platform.courier._attempt


def _freeze_where_it_falls(district: Stories, point: str) -> None:
    """While somebody hangs there; he finds that nobody answers, as does everybody else."""
    town, server = district.town, district.server
    town.arm(point, HANG)
    until(lambda: town.fell(point), QUIET)
    for machine in town.machines:
        (machine.points / point).unlink(missing_ok=True)
    server.freeze()
    time.sleep(STILL)
    server.thaw()


def _start_again(district: Stories) -> None:
    """After a while; the doors have found it again soon after."""
    time.sleep(DOWN)
    district.server.start()
    began = time.monotonic()
    for machine in district.town.machines:
        until(lambda door=f"http://{machine.host}:{district.town.config.web.port}/healthz": _well(door), BACK)
    print(f"the doors had found it after {time.monotonic() - began:.1f} s")


def _well(door: str) -> bool:
    return urllib3.request("GET", door, timeout=5, retries=False).status == HTTPStatus.OK


def _cut_from(town: Town, step: str, cut: Callable[[], object]) -> Callable[[str], None]:
    """Cut from that step on, mended before the visit is called off."""

    def before(now: str) -> None:
        if now == step:
            cut()
        if now == "cancel":
            for machine in town.machines:
                machine.mend()

    return before


def _cut_where_it_falls(town: Town, point: str) -> None:
    """Whoever comes there first hangs for a while, and finds the cable cut when it goes on."""
    town.arm(point, HANG)
    until(lambda: town.fell(point), QUIET)
    for machine in town.machines:
        # Nobody else falls.
        (machine.points / point).unlink(missing_ok=True)
    town.fell(point).cut(SILENT)
