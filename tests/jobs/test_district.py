"""What the clock costs a district in its term: 100,000 visits, hardly anything due."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest

from bot.config import Config
from jobs import timetable
from jobs.beat import Beat
from jobs.context import World
from models.base import Sessions, make_engine, writing
from models.base import sessions as make_sessions
from models.tables import METADATA
from tests.cast import at
from tests.jobs import district

NOW = at("11-27 10:17")

pytestmark = pytest.mark.slow


class Standing:
    def now(self):
        return NOW


class Busy:
    def plan(self) -> bool:
        return True

    deliver = plan


@pytest.fixture(scope="module")
def sessions(_master_key: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sessions]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('district') / 'school.db'}")
    METADATA.create_all(engine)
    district.fill(engine, NOW)
    sessions = make_sessions(engine)
    with writing(sessions) as session:
        timetable.plan_all(session, NOW)
    yield sessions
    engine.dispose()


def _seconds(work: Callable[[], object], times: int) -> float:
    found = []
    for _ in range(times):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return median(found)


def test_a_round_with_nothing_due_takes_a_fraction_of_a_second(sessions):
    with sessions() as session:
        cost = _seconds(lambda: timetable.plan_all(session, NOW), 5)
        asked = _seconds(lambda: timetable.next_at(session, NOW), 5)
        session.rollback()
    print(f"plan_all {cost * 1000:.0f} ms, next_at {asked * 1000:.0f} ms")
    # What it works, not how long it takes; twice what a quiet machine of two cores needs and more.
    assert cost + asked < 0.4


def test_an_idle_beat_costs_less_than_a_third_of_a_percent(sessions, tmp_path: Path):
    beat = Beat(World(Config(tmp_path / "c.toml", tmp_path, tmp_path), sessions, Standing(), {}), Busy())
    beat.strike()
    cost = _seconds(beat.strike, 300)
    print(f"strike {cost * 1000:.2f} ms")
    assert cost < 0.003
