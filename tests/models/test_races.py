"""Two deeds on one visit at the same moment: exactly one of them happens, on both databases (rel.I4, rel.I13)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models import handover
from models.base import Sessions, reading, writing
from models.errors import Refused
from models.handover import Handover
from models.history import History
from models.hours import HeldHour, granules
from models.person import Person
from models.visit import Visit
from models.visit_life import CONFIRMED, GUARDIAN, TEACHER, Actor
from tests.cast import at, enter

NOW, LATER = at("11-23 08:00"), at("11-29 10:00")
RACERS = 16


@dataclass(frozen=True)
class Stage:
    """Row ids, since every thread has a session of its own."""

    visit: int
    steps: int
    teacher: int
    colleague: int
    mother: int
    request: int


@pytest.fixture
def stage(sessions: Sessions, request: pytest.FixtureRequest) -> Stage:
    """A visit in the state that the race wants, and a colleague who was asked to take it over."""
    with writing(sessions) as session:
        cast = enter(session)
        visit = (
            cast.confirmed("11-28 15:00", "11-22 08:00") if request.param == CONFIRMED else cast.visit("11-28 15:00")
        )
        asked = handover.ask(session, cast.wang, cast.chen, [visit], at("11-22 09:00"))
        session.flush()
        return Stage(visit.id, visit.steps, cast.wang.id, cast.chen.id, cast.mother.id, asked.id)


Deed = Callable[[Session, Visit, Stage], object]


def take_over(session: Session, visit: Visit, stage: Stage) -> None:
    person = session.get_one(Person, stage.colleague)
    if not handover.take(session, session.get_one(Handover, stage.request), person, NOW).taken:
        raise Refused("changed_meanwhile_plain")


DEEDS: dict[str, Deed] = {
    "confirm": lambda s, v, g: v.confirm(s, Actor(GUARDIAN, g.mother), NOW),
    "decline": lambda s, v, g: v.decline(s, Actor(GUARDIAN, g.mother), NOW),
    "withdraw": lambda s, v, g: v.withdraw(s, Actor(TEACHER, g.teacher), NOW),
    "cancel": lambda s, v, g: v.cancel(s, Actor(GUARDIAN, g.mother), NOW),
    "move": lambda s, v, g: v.move(s, Actor(TEACHER, g.teacher), LATER, NOW),
    "hand_over": take_over,
}


@pytest.mark.parametrize(
    ("stage", "one", "other"),
    [
        ("proposed", "confirm", "withdraw"),
        ("proposed", "confirm", "decline"),
        (CONFIRMED, "move", "cancel"),
        (CONFIRMED, "hand_over", "cancel"),
        (CONFIRMED, "hand_over", "move"),
    ],
    indirect=["stage"],
)
@pytest.mark.rule("rel.I4")
def test_of_sixteen_deeds_at_once_exactly_one_happens(one: str, other: str, stage: Stage, sessions: Sessions) -> None:
    won: list[str] = []
    odd: list[BaseException] = []
    gate = threading.Barrier(RACERS)

    def race(deed: str) -> None:
        gate.wait()
        try:
            with writing(sessions, 30.0) as session:
                visit = session.get_one(Visit, stage.visit)
                if visit.steps != stage.steps:
                    return  # what every door asks first: is it still what was shown?
                DEEDS[deed](session, visit, stage)
            won.append(deed)
        except (Refused, StaleDataError):
            return
        except BaseException as bug:  # noqa: BLE001 - it is looked at below
            odd.append(bug)

    threads = [threading.Thread(target=race, args=((one, other)[n % 2],)) for n in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(won), odd) == (1, [])
    with reading(sessions) as session:
        visit = session.get_one(Visit, stage.visit)
        rows = session.execute(sa.select(HeldHour.holder, HeldHour.granule).where(HeldHour.visit_id == visit.id))
        spans = {(holder, g) for holder, start, end in visit.spans() for g in granules(start, end)}
        steps = sa.select(sa.func.count()).where(History.subject_id == visit.id, History.at == NOW)
        assert {tuple(row) for row in rows} == spans
        assert (visit.steps, session.scalar(steps)) == (stage.steps + 1, 1)
