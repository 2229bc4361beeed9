"""What a family says of something else while an answer is awaited: for the teacher, or about another visit."""

from __future__ import annotations

import re

from handlers.understanding import answers
from handlers.understanding.confirmation import act_of
from handlers.understanding.normalise import pattern
from handlers.understanding.phrases import phrase
from handlers.understanding.reading import Reading
from handlers.understanding.unasked import unasked
from handlers.understanding.utterance import Utterance

#: What is passed on as it was said, whatever was asked.
PASSED_ON = frozenset(("complaint", "update_info", "request_visit", "question"))
#: What the day at school may be mistaken for.
MISTAKEN = frozenset(("ask", "decline", "counter", "message"))
#: A question of fewer characters may well be an answer: 行吗, 咋样.
SHORTEST = 7


def aside(said: Utterance, shape: str, reading: Reading) -> Reading:
    """The reading itself, unless it was no answer and is plainly something else."""
    if reading.intent not in MISTAKEN:
        return reading
    if pattern("aside.another_visit").search(shape) and not pattern("certain.asks_about").search(shape):
        return Reading("cancel")
    if _of_something_else(said, shape):
        return _passed_on(said, shape)
    if reading.intent not in ("ask", "message"):
        return reading
    answering = said.context.pending == "survey"
    if not answering and pattern("aside.late").search(said.text):
        minutes = answers.minutes_in(said.text)
        return Reading("late", {"minutes": minutes} if minutes else {})
    other = _other(said, shape) if reading.intent == "ask" else None
    if other is None or not answering:
        return other or reading
    kept = "aside.a_mark" if other.intent in ("complaint", "update_info") else "aside.of_survey"
    return reading if pattern(kept).search(shape) else other


def _other(said: Utterance, shape: str) -> Reading | None:
    """What it would be if nothing had been asked, where that is no doubt."""
    other = unasked(said, shape)
    if other.intent == "question" and (len(shape) < SHORTEST or pattern("aside.bears").search(shape)):
        return None
    if other.intent == "request_visit" and re.search("算了|照定|照旧|不[去来想要用]|别来|没[^,。;!? ]{0,3}好谈", shape):
        return None
    smalltalk = other.intent == "smalltalk" and phrase("smalltalk").search(shape)
    return other if other.intent in PASSED_ON or smalltalk else None


def _of_something_else(said: Utterance, shape: str) -> bool:
    """Of the child's things and days, with no word that could answer."""
    if pattern("aside.surely").search(shape):
        return True
    known = pattern("aside.topic").search(shape) or pattern("aside.topic").search(said.text)
    return bool(known) and not pattern("aside.bears").search(shape)


def _passed_on(said: Utterance, shape: str) -> Reading:
    """As a question or a complaint where it is one, else as told."""
    other = unasked(said, shape)
    return other if other.intent in PASSED_ON | {"smalltalk"} else act_of(said, "message")
