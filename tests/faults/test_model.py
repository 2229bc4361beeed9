"""Any history of visits, whatever goes wrong in it, ends as the plain reference says (rel.I3, I4, I7, I8, I11, I12, I13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from models import sealed
from tests.cast import at
from tests.conftest import TESTS_KEY
from tests.faults.conftest import ROUNDS
from tests.faults.hamlet import AT_ONCE, ONCE, TWICE, Hamlet
from tests.faults.history import Lived
from tests.faults.reference import CALL, FAMILIES, HOME, TEACHERS

START = at("11-23 08:05")

GUARDIANS = sorted({person for family in FAMILIES.values() for person in family})
#: Pushes: as they should come, again, at the same moment, and past a point where our side breaks once.
BREAKS = ("in.begun", "in.said", "in.stored", "in.committed", "in.woken", "hours.settled", "outbox.owed")
PUSHES = st.sampled_from([ONCE] * 8 + [TWICE, AT_ONCE, *BREAKS])
FALLS = ("send.claimed", "send.leased", "send.begun", "send.answered", "send.settled", "send.written")
SENDERS = st.sampled_from([ONCE] * 6 + [AT_ONCE, *FALLS])
FAULTS = st.sampled_from(["flush", "timeout", "lost", "html", "empty", "-1", "45015", "45011"])
#: Days from today, and hours that get into each other's way.
HOURS = st.tuples(st.integers(0, 7), st.sampled_from(["9:00", "9:50", "15:00", "15:30", "19:30"]))
TEACHER, CHILD = st.sampled_from(TEACHERS), st.sampled_from(list(FAMILIES))
ANSWERS = st.sampled_from(["first", "first", "first", "other_time", "last", "visit.form"])
MINUTES = st.sampled_from([-9, -5, -1, 1, 20, 60, 180, 660, 1500])
#: How often each, and whether there must be a visit that is open, or one that waits for an answer.
STEPS = {"book": (2, ""), "move": (4, "open"), "call_off": (1, "open"), "answer": (4, "waiting"), "tap_again": (2, "open"),
         "stop_or_resume": (1, "open"), "go_on": (4, ""), "jump": (1, ""), "deliver": (2, ""), "bad_luck": (1, "")}  # fmt: skip


class Model(RuleBasedStateMachine):
    """What people, the hour and bad luck can do; after each of it the school is what it ought to be."""

    hamlet: Hamlet

    def __init__(self) -> None:
        super().__init__()
        self._whole = self.hamlet.day(START)
        self.lived = Lived(self._whole.__enter__())
        self.between = False  #: two steps; not in the middle of one that failed

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """A first visit, mostly a settled one."""
        self.draw = data.draw
        who, child = self.draw(TEACHER), self.draw(CHILD)
        self.lived.book(who, child, self.lived.moment(self.draw(HOURS)), HOME)
        self.lived.send(who, ONCE)
        self.lived.deliver(ONCE)
        if self.draw(st.integers(0, 4)):
            self.lived.answer(self.lived.waiting()[0], 0, "first", START, ONCE)

    # One rule, for of several hypothesis would leave out half in each history.
    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        can = {"": True, "open": bool(self.lived.open()), "waiting": bool(self.lived.waiting())}
        names = [name for name, (times, needs) in STEPS.items() if can[needs] for _ in range(times)]
        self.draw = data.draw
        self.between = False
        getattr(self, f"_{self.draw(st.sampled_from(names), 'what')}")()
        self.between = True

    def _book(self) -> None:
        who, child, form = self.draw(TEACHER), self.draw(CHILD), self.draw(st.sampled_from([HOME, HOME, CALL]))
        self.lived.book(who, child, self.lived.moment(self.draw(HOURS)), form)
        self._sent(who)

    def _move(self) -> None:
        visit = self.draw(st.sampled_from(self.lived.open()))
        self.lived.ask_to_move(visit, self.lived.moment(self.draw(HOURS)))
        self._sent(visit.teacher)

    def _sent(self, who: str) -> None:
        """Mostly at once, and read; else it stands there until somebody taps it."""
        if self.draw(st.integers(0, 4)):
            self.lived.send(who, self.draw(PUSHES))
            self._perhaps_deliver()
        if self.lived.waiting() and self.draw(st.booleans()):
            self._answer()

    def _call_off(self) -> None:
        visit = self.draw(st.sampled_from(self.lived.open()))
        who = self.draw(st.sampled_from([visit.teacher, *FAMILIES[visit.child]]))
        if self.lived.ask_to_call_off(visit, who) and self.draw(st.integers(0, 4)):
            self.lived.send(who, self.draw(PUSHES))

    def _answer(self) -> None:
        visit = self.draw(st.sampled_from(self.lived.waiting()))
        hour, how = self.lived.moment(self.draw(HOURS)), self.draw(PUSHES)
        self.lived.answer(visit, self.draw(st.integers(0, 1)), self.draw(ANSWERS), hour, how)

    def _tap_again(self) -> None:
        """Anything that ever was shown to anybody."""
        if self.lived.seen:
            seen = self.lived.seen[-1 - self.draw(st.integers(0, 40)) % len(self.lived.seen)]
            self.lived.tap(seen, self.lived.moment(self.draw(HOURS)), self.draw(PUSHES))

    def _stop_or_resume(self) -> None:
        who, how = self.draw(st.sampled_from(GUARDIANS)), self.draw(PUSHES)
        if who in self.lived.school.stopped:
            self.lived.resume(who)
        else:
            self.lived.stop(who, how)

    def _go_on(self) -> None:
        for _ in range(self.draw(st.integers(1, 4))):
            if self.draw(st.booleans()):
                self.lived.to_a_reminder()
            else:
                self.lived.to_the_next_thing()
            self._perhaps_deliver()
            self.lived.beside.agree()

    def _jump(self) -> None:
        self.lived.jump(timedelta(minutes=self.draw(MINUTES)))
        self.lived.plan(self.draw(st.sampled_from([ONCE, AT_ONCE])))

    def _perhaps_deliver(self) -> None:
        """Else somebody does something before it goes."""
        if self.draw(st.integers(0, 2)):
            self._deliver()

    def _deliver(self) -> None:
        self.lived.deliver(self.draw(SENDERS))

    def _bad_luck(self) -> None:
        kind = self.draw(FAULTS)
        if kind == "flush":
            self.hamlet.redis.flushdb()
        else:
            self.lived.weather(kind, self.draw(st.integers(1, 3)))

    @invariant()
    def as_it_ought_to_be(self):
        self.lived.beside.agree()

    def teardown(self):
        try:
            if self.between:
                self.lived.rest()
        finally:
            self._whole.__exit__(None, None, None)


@pytest.fixture
def hamlet(engine: sa.Engine, redis_url: str, tmp_path: Path) -> Iterator[Hamlet]:
    hamlet = Hamlet(tmp_path, engine, redis_url)
    yield hamlet
    hamlet.close()
    sealed.use_master_key(TESTS_KEY)


@pytest.mark.slow
@pytest.mark.rule("rel.I3")
@pytest.mark.rule("rel.I4")
@pytest.mark.rule("rel.I7")
@pytest.mark.rule("rel.I8")
@pytest.mark.rule("rel.I11")
@pytest.mark.rule("rel.I12")
@pytest.mark.rule("rel.I13")
def test_any_history_ends_as_it_ought_to(hamlet: Hamlet) -> None:
    machine = type("Model", (Model,), {"hamlet": hamlet})
    bounds = settings(
        max_examples=ROUNDS * 60 or 30,
        stateful_step_count=20,
        derandomize=not ROUNDS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    run_state_machine_as_test(machine, settings=bounds)
