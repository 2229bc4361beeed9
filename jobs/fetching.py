"""How what people sent is fetched from the platform: taken by one, several side by side, tried again with pauses."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from models.writing import Busy

Taken = TypeVar("Taken")

#: Longer than the platform and a recogniser may take together.
LEASE = timedelta(seconds=45)
#: Attempts, and the real seconds between them.
TRIES, PAUSES = 3, (2, 8)
#: Seconds that writing may be waited for.
PATIENCE = 5.0
_SIDE_BY_SIDE = 8
_WORK_FOR = 10.0


def in_rounds(limit: int, anything: Callable[[], bool], one_round: Callable[[int], int]) -> int:
    """Round after round while something waits and time is left; returns how many were dealt with."""
    done, until = 0, time.monotonic() + _WORK_FOR
    while done < limit and time.monotonic() < until and anything():
        try:
            taken = one_round(min(_SIDE_BY_SIDE, limit - done))
        except Busy:
            break
        if not taken:
            break
        done += taken
    return done


def side_by_side(do: Callable[[Taken], None], taken: Sequence[Taken], name: str) -> None:
    """Each in a thread of its own; a single one needs none."""
    if len(taken) == 1:
        do(taken[0])
    elif taken:
        with ThreadPoolExecutor(len(taken), name) as pool:
            list(pool.map(do, taken))


def free_again(attempts: int) -> datetime:
    """When the next attempt may be made, in real time."""
    return datetime.now(UTC) + timedelta(seconds=PAUSES[attempts - 1])
