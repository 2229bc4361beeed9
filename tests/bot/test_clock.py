"""The school's clock: real time at a real school; the sandbox turns and holds it for every process."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock
from models.base import writing
from tests.statements import heard

FAR = datetime(2026, 11, 28, 7, 0, tzinfo=UTC)


def near(moment: datetime, other: datetime) -> bool:
    return abs(moment - other) < timedelta(seconds=2)


def test_a_real_schools_clock_is_real_time_and_asks_no_database():
    clock = Clock()
    assert near(clock.now(), datetime.now(UTC))
    assert clock.now().tzinfo is UTC
    with pytest.raises(RuntimeError):
        clock.turn(None, FAR)


def test_a_turned_clock_goes_on_from_there_in_every_process(sessions):
    here, there = Clock(sessions), Clock(sessions)
    with writing(sessions) as session:
        here.turn(session, FAR)
    assert near(here.now(), FAR)
    assert near(there.now(), FAR)
    assert there.now() > FAR


def test_a_held_clock_stands_still_until_it_is_turned(sessions):
    clock = Clock(sessions)
    with writing(sessions) as session:
        clock.hold(session, FAR)
    assert clock.now() == clock.now() == Clock(sessions).now() == FAR
    with writing(sessions) as session:
        clock.turn(session, FAR)
    assert clock.now() > FAR


def test_it_looks_at_the_row_at_most_once_a_second(sessions, engine):
    clock = Clock(sessions)
    with heard(engine) as asked:
        for _ in range(50):
            clock.now()
    assert sum("clock_turn" in statement for statement in asked) == 1


def test_a_database_that_is_away_does_not_stop_it(sessions, engine):
    clock = Clock(sessions)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE clock_turn RENAME TO clock_gone")
    try:
        assert near(clock.now(), datetime.now(UTC))
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE clock_gone RENAME TO clock_turn")
