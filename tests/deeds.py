"""All that can be done to visits before they are held, for tests that do it in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from hypothesis import strategies as st

from models import company, handover
from models.errors import Refused
from models.person import Person
from models.visit import Visit
from models.visit_life import PHONE, PROPOSED, TEACHER, THE_CLOCK, Actor
from models.visit_plan import Plan
from tests.cast import Cast, at

NOW = at("11-23 08:00")
SATURDAY = at("11-28 15:00")
EVERYTHING = timedelta(days=3)  #: within it every offer has lapsed


@dataclass
class History:
    """Visits to the family of 张小明, and what is done to the one at hand."""

    people: Cast
    visits: list[Visit] = field(default_factory=list)

    def do(self, deed: str, which: int, slot: int) -> None:
        """One deed; what the school refuses leaves everything as it was."""
        session = self.people.session
        try:
            with session.begin_nested():
                self._do(deed, which, slot)
        except Refused:
            self.visits[:] = [v for v in self.visits if sa.inspect(v).persistent]
            session.expire_all()

    def _do(self, deed: str, which: int, slot: int) -> None:
        when = SATURDAY + timedelta(minutes=10 * slot)
        if deed in PROPOSING:
            self.visits.append(PROPOSING[deed](self.people, when))
        elif which < len(self.visits):
            DOING[deed](self.people, self.visits[which], when)


def _propose(people: Cast, when: datetime, **more: object) -> Visit:
    return Visit.propose(people.session, Plan(people.wang, people.ming, when, **more), NOW)


PROPOSING: dict[str, Callable[[Cast, datetime], Visit]] = {
    "propose": _propose,
    "propose_call": lambda p, t: _propose(p, t, form=PHONE),
    "propose_two": lambda p, t: _propose(p, t, more=(t + timedelta(minutes=100),)),
    "propose_both": lambda p, t: _propose(p, t, siblings=tuple(p.ming.siblings(p.session))),
    "propose_with": lambda p, t: _propose(p, t, companions=(p.chen,)),
}


def answering(people: Cast, visit: Visit) -> Actor:
    """Whoever was asked; the family where nobody is."""
    return Actor(TEACHER, visit.teacher_id) if visit.asked == TEACHER else people.by_mother


def teacher(visit: Visit) -> Actor:
    return Actor(TEACHER, visit.teacher_id)


def _colleague(people: Cast, when: datetime) -> Person:
    return (people.wang, people.chen, people.zhou)[when.minute // 10 % 3]


def _hand_over(people: Cast, visit: Visit, when: datetime) -> None:
    to = _colleague(people, when)
    asked = handover.ask(people.session, people.zhou, to, [visit], NOW)
    handover.take(people.session, asked, to, NOW)


def _answer(going: bool) -> Callable[[Cast, Visit, datetime], object]:
    return lambda p, v, t: company.answer(p.session, v, _colleague(p, t), going, NOW)


DOING: dict[str, Callable[[Cast, Visit, datetime], object]] = {
    "confirm": lambda p, v, t: v.confirm(p.session, answering(p, v), NOW),
    "take_second": lambda p, v, t: v.confirm(p.session, p.by_mother, NOW, max(v.slots, default=None)),
    "take_by_phone": lambda p, v, t: v.confirm(p.session, Actor(TEACHER, v.teacher_id, by_phone=True), NOW),
    "counter": lambda p, v, t: v.counter(p.session, answering(p, v), t, NOW),
    "move": lambda p, v, t: v.move(p.session, answering(p, v), t, NOW),
    "teacher_moves": lambda p, v, t: v.move(p.session, teacher(v), t, NOW),
    "refuse_move": lambda p, v, t: v.refuse_move(p.session, answering(p, v), NOW),
    "call_instead": lambda p, v, t: v.change_form(p.session, p.by_mother, PHONE, NOW),
    "decline": lambda p, v, t: v.decline(p.session, answering(p, v), NOW),
    "withdraw": lambda p, v, t: v.withdraw(p.session, teacher(v), NOW),
    "cancel": lambda p, v, t: v.cancel(p.session, answering(p, v), NOW),
    "lapse": lambda p, v, t: v.lapse(p.session, NOW + EVERYTHING),
    "lapse_first": lambda p, v, t: len(v.slots) > 1 and v.lapse_slots(p.session, v.slots[0] - timedelta(hours=2)),
    "check_in": lambda p, v, t: v.check_in(p.session, teacher(v), NOW),
    "undo": lambda p, v, t: v.undo(p.session, teacher(v), NOW),
    "check_out": lambda p, v, t: v.check_out(p.session, teacher(v), NOW),
    "hold": lambda p, v, t: v.hold(p.session, teacher(v), v.starts_at),
    "miss": lambda p, v, t: v.miss(p.session, THE_CLOCK, NOW),
    "hand_over": _hand_over,
    "invite": lambda p, v, t: company.invite(p.session, v, p.zhou, _colleague(p, t), NOW),
    "accompany": _answer(True),
    "stay_away": _answer(False),
    "release": lambda p, v, t: company.release(p.session, v, p.zhou, _colleague(p, t), NOW),
}

#: More often than the rest what begins a story, or settles it.
NAMES = [*PROPOSING, *DOING, "confirm", "take_second", "hand_over", "hand_over", "invite", "accompany"]


def histories(length: int = 14) -> st.SearchStrategy[list[tuple[str, int, int]]]:
    """Deeds on up to three visits, at hours that get into each other's way; there is one visit from the beginning."""
    slots = st.integers(0, 24)
    first = st.tuples(st.sampled_from(sorted(PROPOSING)), st.just(0), slots)
    then = st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from((0, 0, 1, 2)), slots), min_size=4, max_size=length
    )
    return st.tuples(first, then).map(lambda pair: [pair[0], *pair[1]])


def settled(visits: list[Visit]) -> list[Visit]:
    """Those that still wait for an answer, stand, or go on."""
    return [v for v in visits if v.state in (PROPOSED, "confirmed", "under_way")]
