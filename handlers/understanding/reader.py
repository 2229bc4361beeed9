"""The two questions that the bot asks of a text: what is wanted, and when."""

from __future__ import annotations

from datetime import datetime

from handlers.understanding.context import Context
from handlers.understanding.moment import NO_TIME, Moment
from handlers.understanding.reading import Reading


def read(text: str, now: datetime, context: Context) -> Reading:
    """The intent of a message and its slots; `now` is aware, in the school's zone."""
    return Reading("unknown")


def read_moment(text: str, now: datetime, context: Context | None = None) -> Moment:
    """The moment that a text names; `now` is aware, in the school's zone."""
    return NO_TIME
