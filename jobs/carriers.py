"""Who carries letters to the platform: so many side by side, one after the other to each recipient, safety first."""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby

from bot.wechat.channels import Letter, Outcome
from jobs.lease import Lease
from models.notification import SAFETY, Notification


@dataclass(frozen=True)
class Sending:
    """A claimed row and its letter."""

    row: Notification
    letter: Letter
    lease: Lease
    in_doubt: bool = False  #: an earlier attempt may have gone


Results = list[tuple[Sending, Outcome]]
#: Carries the letters to one recipient.
Carry = Callable[[Sequence[Sending]], Results]


@dataclass
class Underway:
    """A round's letters on their way."""

    left: int
    lease: Lease
    results: Results = field(default_factory=list)
    bug: BaseException | None = None
    handed: float = field(default_factory=time.monotonic)
    arrived: float = 0.0  #: when the last of them did
    _arriving: threading.Condition = field(default_factory=threading.Condition)

    def arrive(self, results: Results, bug: BaseException | None = None) -> None:
        """What came of those to one recipient."""
        with self._arriving:
            self.left, self.bug = self.left - 1, bug or self.bug
            self.results += results
            if not self.left:
                self.arrived = time.monotonic()
                self._arriving.notify_all()

    def done(self, within: float) -> bool:
        """Waits for all of them, at most so many seconds."""
        with self._arriving:
            if not self._arriving.wait_for(lambda: not self.left, within):
                return False
        if self.bug is not None:
            raise self.bug
        return True


_Task = tuple[bool, int, Sequence[Sending], Underway | None]


class Carriers:
    """Threads that take what is most urgent, then what came first."""

    def __init__(self, many: int, carry: Carry) -> None:
        self._tasks: queue.PriorityQueue[_Task] = queue.PriorityQueue()
        self._carry, self._numbers = carry, itertools.count()
        self._threads = [threading.Thread(target=self._work, name=f"delivery {n}", daemon=True) for n in range(many)]

    @contextmanager
    def at_work(self) -> Iterator[Carriers]:
        """They go home when all is carried."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            for _ in self._threads:
                self._tasks.put((True, next(self._numbers), (), None))
            for thread in self._threads:
                thread.join()

    def hand(self, sendings: Sequence[Sending]) -> Underway:
        """Gives them a round's letters, of one claim, and comes back at once."""
        groups = by_recipient(sendings)
        underway = Underway(len(groups), sendings[0].lease)
        for group in groups:
            self._tasks.put((group[0].row.priority != SAFETY, next(self._numbers), group, underway))
        return underway

    def _work(self) -> None:
        while True:
            _, _, group, underway = self._tasks.get()
            if underway is None:
                return
            try:
                underway.arrive(self._carry(group))
            except BaseException as bug:  # noqa: BLE001 - it rises where the round is waited for
                underway.arrive([], bug)


def by_recipient(sendings: Iterable[Sending]) -> list[list[Sending]]:
    """Safety first, else in the order in which they came to be owed: a second attempt has a later hour."""
    urgent = [(s.row.priority != SAFETY, s.row.id, s) for s in sendings]
    ordered = sorted(urgent, key=lambda u: (u[2].letter.openid, *u[:2]))
    groups = [[s for _, _, s in group] for _, group in groupby(ordered, key=lambda u: u[2].letter.openid)]
    return sorted(groups, key=lambda group: (min(s.row.priority for s in group), group[0].row.id))
