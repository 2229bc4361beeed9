"""A process is killed, breaks or hangs at every named point: everything still happens, and once (rel.I1-I9)."""

from __future__ import annotations

import pytest

from models.failpoint import HANG, KILL, POINTS, RAISE
from tests.faults.conftest import ROUNDS, Stories
from tests.faults.snapshot import Snapshot

pytestmark = [pytest.mark.slow, pytest.mark.rule("rel.I1"), pytest.mark.rule("rel.I6"), pytest.mark.rule("rel.I8")]

#: The step of the story in which the point is come to; elsewhere it is the first.
STEPS = {
    "token.fetched": "send",
    "voice": "confirm",
    "plan": "evening",
    "hours": "send",
    "outbox": "send",
    "send": "send",
}
#: Between a letter's leaving and our knowing it: a text that may have gone is not sent again (rulings 22).
WINDOW = ("send.leased", "send.begun", "send.answered", "send.settled")


def fall(stories: Stories, point: str, mode: str) -> None:
    """Lives a story in which somebody falls at the point."""
    if point.startswith("photo."):
        fall_with_a_photo(stories, point, mode)
        return
    town, story = stories.town, stories.next()
    at = STEPS.get(point) or STEPS.get(point.split(".")[0], "book")

    def before(step: str) -> None:
        if step == at:
            if point == "token.fetched":
                town.platform.void_tokens("demo")
            town.arm(point, mode)

    story.before = before
    town.when_fallen = town.expire_leases if mode != HANG else None
    told = story.live()
    assert town.fell(point), "nobody came to the point"
    assert told
    story.check(stories.expected, unsure=1 if point in WINDOW else 0)


def fall_with_a_photo(stories: Stories, point: str, mode: str) -> None:
    """The same while a photo is fetched."""
    town, snapshot = stories.town, Snapshot(stories.town)
    town.arm(point, mode)
    town.when_fallen = town.expire_leases
    snapshot.take()
    assert town.fell(point), "nobody came to the point"
    snapshot.check()


@pytest.mark.parametrize("point", POINTS)
def test_killed_there(stories: Stories, point: str) -> None:
    fall(stories, point, KILL)


@pytest.mark.skipif(not ROUNDS, reason="make chaos")
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("mode", [RAISE, HANG])
def test_broken_or_hanging_there(stories: Stories, point: str, mode: str) -> None:
    fall(stories, point, mode)
