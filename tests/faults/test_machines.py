"""Two machines share one database and one Redis: either may be cut off at any moment, nothing is lost, nothing comes twice."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from models.failpoint import HANG
from tests.faults.cable import BROKEN, SILENT
from tests.faults.conftest import ROUNDS, Stories
from tests.faults.machines import until
from tests.faults.test_failpoints import STEPS, WINDOW
from tests.faults.town import QUIET, Town, pushed_at_once

pytestmark = [pytest.mark.slow, pytest.mark.rule("rel.I1"), pytest.mark.rule("rel.I3"), pytest.mark.rule("rel.I9")]

TAKEN = "of WeChat's three attempts none was taken"
#: In the middle of a push, of a planner's round, of a sender's.
MIDST = ["in.said", "plan.done", "send.claimed", "send.answered", "send.settled"]
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
