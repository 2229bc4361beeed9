"""Who carries the letters: the most urgent first, whenever it came in, and to one person in order."""

from __future__ import annotations

import threading

import pytest

from jobs.carriers import Carriers, Sending, by_recipient
from jobs.lease import Lease
from models.notification import OTHER, SAFETY, TODAY, Notification

pytestmark = pytest.mark.rule("rel.I17")


class Letter:
    def __init__(self, openid: str) -> None:
        self.openid = openid


def sendings(*told: tuple[str, int, int]) -> list[Sending]:
    return [Sending(Notification(id=n, priority=p), Letter(who), Lease()) for who, p, n in told]


def test_safety_leaves_first_then_the_visits_of_today_then_what_was_owed_first():
    rows = sendings(
        ("a", OTHER, 1), ("b", OTHER, 2), ("c", TODAY, 3), ("a", SAFETY, 4), ("d", SAFETY, 5), ("c", OTHER, 9)
    )
    assert [[s.row.id for s in group] for group in by_recipient(rows)] == [[4, 1], [5], [3, 9], [2]]


def test_safety_that_is_handed_over_later_overtakes_what_still_waits():
    went, begun, go = [], threading.Event(), threading.Event()

    def carry(group):
        went.extend(s.row.id for s in group)
        begun.set()
        assert go.wait(5)
        return [(s, None) for s in group]

    with Carriers(1, carry).at_work() as carriers:
        first = carriers.hand(sendings(("a", OTHER, 1), ("b", OTHER, 2), ("c", OTHER, 3)))
        assert begun.wait(5)
        second = carriers.hand(sendings(("d", SAFETY, 4)))
        assert not first.done(within=0.01)
        go.set()
        assert first.done(within=5)
        assert second.done(within=5)
    assert went == [1, 4, 2, 3]
    assert [s.row.id for s, _ in first.results] == [1, 2, 3]


def test_a_bug_of_a_carrier_rises_where_its_round_is_waited_for():
    def carry(group):
        raise KeyError("bug")

    with Carriers(2, carry).at_work() as carriers:
        under_way = carriers.hand(sendings(("a", OTHER, 1), ("b", OTHER, 2)))
        with pytest.raises(KeyError):
            under_way.done(within=5)
