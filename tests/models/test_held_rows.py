"""Who is kept waiting for a row, or crosses another on its way to two, hears that the database is busy (rel.I2)."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from models.base import Sessions, writing
from models.person import Person
from models.writing import Busy, Crossed
from tests.cast import enter

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


def _lock(person: int) -> sa.Select[int]:
    return sa.select(Person.id).where(Person.id == person).with_for_update()


@pytest.fixture
def two(sessions: Sessions) -> tuple[int, int]:
    with writing(sessions) as session:
        cast = enter(session)
        return cast.mother.id, cast.father.id


@pytest.mark.rule("rel.I2")
def test_a_row_that_is_held_for_too_long_is_busy(sessions: Sessions, two: tuple[int, int]) -> None:
    with writing(sessions) as first:
        first.execute(_lock(two[0]))
        with pytest.raises(Busy) as waited, writing(sessions, 0.1) as second:
            second.execute(_lock(two[0]))
    assert waited.type is Busy


@pytest.mark.rule("rel.I2")
def test_of_two_who_wait_for_each_other_one_is_told_to_come_again(sessions: Sessions, two: tuple[int, int]) -> None:
    both, ends = threading.Barrier(2), []

    def go(*way: int) -> None:
        try:
            with writing(sessions, 10) as session:
                session.execute(_lock(way[0]))
                both.wait()
                session.execute(_lock(way[1]))
        except Busy as error:
            ends.append(type(error))
        else:
            ends.append(None)

    ways = [threading.Thread(target=go, args=way) for way in (two, two[::-1])]
    for each in ways:
        each.start()
    for each in ways:
        each.join()
    assert sorted(ends, key=str) == [Crossed, None]
