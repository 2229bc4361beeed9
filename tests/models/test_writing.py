"""Whose turn it is to write: so many at once and no more, in the order in which they came (rel.I2)."""

from __future__ import annotations

import threading
import time

import pytest

from models.writing import Busy, WriteLock

WRITERS = 16


@pytest.mark.rule("rel.I2")
@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_than_so_many_write_at_once(at_once: int) -> None:
    lock, gate, inside, most = WriteLock(None, at_once), threading.Lock(), 0, 0

    def write() -> None:
        nonlocal inside, most
        with lock.held(10):
            with gate:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with gate:
                inside -= 1

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert (most, inside) == (at_once, 0)


@pytest.mark.rule("rel.I2")
@pytest.mark.parametrize("at_once", [1, 3])
def test_they_are_let_in_as_they_came(at_once: int) -> None:
    lock, came = WriteLock(None, at_once), []

    def write(number: int) -> None:
        with lock.held(10):
            came.append(number)

    held = [lock.held(10) for _ in range(at_once)]
    for each in held:
        each.__enter__()
    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
        time.sleep(0.01)
    held.pop().__exit__(None, None, None)
    for writer in writers:
        writer.join()
    assert came == list(range(WRITERS))


@pytest.mark.rule("rel.I2")
@pytest.mark.parametrize("at_once", [1, 3])
def test_who_waits_too_long_goes_and_takes_nobodys_place(at_once: int) -> None:
    lock = WriteLock(None, at_once)
    held = [lock.held(10) for _ in range(at_once)]
    for each in held:
        each.__enter__()
    with pytest.raises(Busy), lock.held(0.05):
        pass
    for each in held:
        each.__exit__(None, None, None)
    again = [lock.held(0.05) for _ in range(at_once)]
    for each in again:
        each.__enter__()
    with pytest.raises(Busy), lock.held(0.05):
        pass
