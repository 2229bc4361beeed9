"""The beat: looks every second whether something is due, wakes a worker, and does itself what nobody else does."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot import incident, valkey
from bot.config import Config
from bot.nudge import Nudge
from jobs import timetable
from jobs.context import World, build, enter
from jobs.delivery import Delivery
from jobs.glance import Glance, look
from jobs.menus import Menus
from jobs.photos import keep
from jobs.upkeep import Upkeep
from jobs.voices import hear
from models import failpoint
from models.base import reading, writing
from models.writing import Busy

log = logging.getLogger("jiafang.beat")

EVERY = 1.0  #: seconds between two looks
PATIENCE = 15.0  #: seconds after which the beat does itself what is due, whatever Redis or the workers say
#: Facts that have changed are planned for within so many seconds, should they have made something due in the past.
_SETTLED = 60.0
#: To ask the timetable may cost this share of the time, so that a busy district is not asked all the time.
_SHARE = 0.05
_TURNED_BACK = timedelta(minutes=1)  #: planned so far ahead of the clock: somebody has turned it back


def run(config: Config) -> None:
    """Beats until it is told to stop."""
    world = build(config)
    enter(world)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Beat(world, Nudge(valkey.address(config))).go(stop)


def run_due(world: World) -> int:
    """Plans and sends, here and now, until nothing is left to do; returns how much that was."""
    delivery, whole = Delivery(world), 0
    while done := hear(world) + keep(world) + _plan(world) + delivery.deliver():
        whole += done
    return whole


def _free(first: int | None, until: datetime | None, real: datetime) -> bool:
    """Whether something waits to be fetched that nobody has taken, or nobody has any more."""
    return first is not None or (until is not None and until < real)


def _plan(world: World) -> int:
    with writing(world.sessions) as session:
        return timetable.plan_all(session, world.clock.now())


class Waiting:
    """How long the same thing has been due and nobody has done it; real time."""

    def __init__(self) -> None:
        self._what: object = None
        self._since = 0.0

    def too_long(self, what: object) -> bool:
        if what != self._what:
            self._what, self._since = what, time.monotonic()
        return what is not None and time.monotonic() - self._since >= PATIENCE


class Beat:
    """One beat. Any number of them may run: what two do at once is done once."""

    def __init__(self, world: World, nudge: Nudge) -> None:
        self._world, self._nudge = world, nudge
        self._delivery: Delivery | None = None
        self._menus = Menus(world)
        self._upkeep = Upkeep(world.sessions, f"beat {socket.gethostname()[:30]} {os.getpid()}")
        self._known: tuple[object, ...] = ()  #: for which marks the timetable was asked
        self._settled: tuple[int, ...] = ()  #: with which marks it was last planned
        self._next: datetime | None = None
        self._plan_to = datetime.min.replace(tzinfo=UTC)  #: until then all should be planned
        self._ask_after = self._settle_after = float("-inf")
        self._unplanned, self._unheard, self._unsent = Waiting(), Waiting(), Waiting()

    def go(self, stop: threading.Event) -> None:
        """Looks again and again; a database that is away is waited for."""
        away = False
        while not stop.wait(EVERY):
            try:
                self.strike()
                self._upkeep.keep()
                self._menus.keep()
                away = False
            except (SQLAlchemyError, Busy, OSError) as error:
                if not away:
                    log.warning("the database does not answer: %s", type(error).__name__)
                away = True
            except Exception as bug:  # noqa: BLE001 - whatever it is, the school's reminders must go on
                incident.record(bug, "the beat")
        self._upkeep.end()

    def strike(self) -> None:
        """One look, and what follows from it."""
        glance, now = look(self._world.sessions), self._world.clock.now()
        failpoint.reach("beat.looked")
        self._ask(glance, now)
        unplanned = (glance.planned_at,) if self._to_plan(glance.planned_at, now) else None
        self._see_to(unplanned, self._unplanned, self._nudge.plan, self._plan)
        real = datetime.now(UTC)
        waits = (glance.voice, glance.voice_until, glance.photo, glance.photo_until)
        unheard = waits if any(_free(*pair, real) for pair in (waits[:2], waits[2:])) else None
        self._see_to(unheard, self._unheard, self._nudge.deliver, self._hear)
        to_send = glance.send_at is not None and glance.send_at <= now
        to_send = to_send or (glance.lease_until is not None and glance.lease_until < real)
        unsent = (glance.send_at, glance.lease_until) if to_send else None
        self._see_to(unsent, self._unsent, self._nudge.deliver, self._deliver)
        failpoint.reach("beat.struck")

    def _to_plan(self, planned_at: datetime | None, now: datetime) -> bool:
        if planned_at is None or planned_at > now + _TURNED_BACK:
            return True
        return any(planned_at < m <= now for m in (self._next, self._plan_to) if m is not None)

    def _see_to(self, what: object, waiting: Waiting, wake: Callable[[], bool], do: Callable[[], object]) -> None:
        """Somebody shall do it; the beat does, when nobody can be woken or nobody has come for too long."""
        if waiting.too_long(what) or (what is not None and not wake()):
            do()

    def _ask(self, glance: Glance, now: datetime) -> None:
        """Asks the timetable anew when something has happened since it was asked."""
        real, known = time.monotonic(), (glance.marks, glance.planned_at)
        if glance.planned_at is not None and known != self._known and real >= self._ask_after:
            with reading(self._world.sessions) as session:
                # Asked from the last planning on, so that nothing is missed that came in between.
                self._next = timetable.next_at(session, min(glance.planned_at, now))
            self._known = known
            self._ask_after = time.monotonic() + (time.monotonic() - real) / _SHARE
        if glance.marks != self._settled and real >= self._settle_after:
            self._settled, self._settle_after, self._plan_to = glance.marks, real + _SETTLED, now

    def _plan(self) -> None:
        _plan(self._world)

    def _hear(self) -> None:
        hear(self._world, limit=8)
        keep(self._world, limit=8)

    def _deliver(self) -> None:
        self._delivery = self._delivery or Delivery(self._world)
        self._delivery.deliver()
