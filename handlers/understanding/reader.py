"""The two questions that the bot asks of a text: what is wanted, and when."""

from __future__ import annotations

from datetime import datetime

from handlers.understanding.context import Context
from handlers.understanding.grammar import moment_of
from handlers.understanding.moment import Moment
from handlers.understanding.normalise import repair, simplify
from handlers.understanding.pieces import Ground
from handlers.understanding.reading import Reading


def read(text: str, now: datetime, context: Context) -> Reading:
    """The intent of a message and its slots; `now` is aware, in the school's zone."""
    return Reading("unknown")


def read_moment(text: str, now: datetime, context: Context | None = None) -> Moment:
    """The moment that a text names; `now` is aware, in the school's zone."""
    context = context or Context()
    normal = repair(simplify(text))
    base = context.visit.start if context.visit else None
    keep = any(word in text for word in ("改", "换", "挪", "调", "移", "推", "同一"))
    ground = Ground(now.replace(tzinfo=None), base, context.mode == "record", normal.dialect, keep)
    return moment_of(normal.text, ground, normal.repairs)
