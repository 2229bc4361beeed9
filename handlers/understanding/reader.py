"""The two questions that the bot asks of a text: what is wanted, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.understanding.changing import changed_to
from handlers.understanding.company import split_goals
from handlers.understanding.context import Context
from handlers.understanding.guardian import read_guardian
from handlers.understanding.moment import Moment
from handlers.understanding.reading import Reading
from handlers.understanding.teacher import read_teacher
from handlers.understanding.utterance import utter

CHANGE = ("改", "换", "挪", "调", "移", "推", "同一")


def read(text: str, now: datetime, context: Context) -> Reading:
    """The intent of a message and its slots; `now` is aware, in the school's zone."""
    if context.role == "guardian":
        return read_guardian(utter(text, now, context))
    bare, goals = split_goals(text)
    reading = read_teacher(utter(bare, now, context)) if goals else None
    if reading is not None and reading.intent == "book":
        return replace(reading, slots=dict(reading.slots) | {"goals": goals})
    return read_teacher(utter(text, now, context))


def read_moment(text: str, now: datetime, context: Context | None = None) -> Moment:
    """The moment that a text names; `now` is aware, in the school's zone."""
    said = utter(text, now, context or Context())
    visit = said.context.visit
    keep = any(word in said.text for word in CHANGE)
    return changed_to(said, said.ground(visit.start if visit else None, keep))
