"""Free hours of a day near the one that was wished for: offered where a visit of a list collides (B12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from handlers.turn import Turn
from models import hours

STEP = timedelta(minutes=5)
FREE_TIMES = 3  #: so many are offered for one that collides
EARLIEST, LATEST = 8, 20  #: hours of the day within which they are looked for

SpansAt = Callable[[datetime], list[hours.Span]]


def nearest(
    turn: Turn, wished: datetime, spans_at: SpansAt, held: Sequence[hours.Span] = (), but_visit: int = 0
) -> list[datetime]:
    """Free times of that day, the nearest first found; `held` is what the rest of the list would take."""
    found: list[datetime] = []
    for away in range(1, 12 * (LATEST - EARLIEST)):
        for start in (wished + away * STEP, wished - away * STEP):
            if (
                len(found) < FREE_TIMES
                and _in_the_day(turn, start, wished)
                and _fits(turn, spans_at(start), held, but_visit)
            ):
                found.append(start)
        if len(found) == FREE_TIMES:
            break
    return sorted(found)


def _in_the_day(turn: Turn, start: datetime, wished: datetime) -> bool:
    local = turn.local(start)
    return start > turn.now and local.date() == turn.local(wished).date() and EARLIEST <= local.hour < LATEST


def _fits(turn: Turn, spans: list[hours.Span], held: Sequence[hours.Span], but_visit: int) -> bool:
    return not beside(spans, held) and hours.is_free(turn.session, spans, but_visit)


def beside(spans: Sequence[hours.Span], held: Sequence[hours.Span]) -> bool:
    """Whether one of these takes what another of the same holder has."""
    return any(h == o and s < u and f < e for h, s, e in spans for o, f, u in held)
