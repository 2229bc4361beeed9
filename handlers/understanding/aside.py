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
MISTAKEN = frozenset(("ask", "decline", "counter", "message", "question"))
#: 那个啥: words that are looked for, and ask nothing.
FUMBLED = re.compile("那个?(?:啥|什么)(?!时候)")
#: A question of fewer characters may well be an answer: 行吗, 咋样.
SHORTEST = 6


def aside(said: Utterance, shape: str, reading: Reading) -> Reading:
    """The reading itself, unless it was no answer and is plainly something else."""
    if reading.intent not in MISTAKEN:
        return reading
    if pattern("aside.another_visit").search(shape) and not pattern("certain.asks_about").search(shape):
        return Reading("cancel")
    if reading.intent in ("question", "message"):
        return _late(said) or _aggrieved(said, shape) or reading
    if _of_something_else(said, shape, reading):
        return _passed_on(said, shape)
    if reading.intent != "ask":
        return reading
    other = _late(said) or _other(said, shape)
    return reading if other is None or _answers_survey(said, shape, other) else other


def _late(said: Utterance) -> Reading | None:
    if said.context.pending == "survey" or not pattern("aside.late").search(said.text):
        return None
    minutes = answers.minutes_in(said.text)
    return Reading("late", {"minutes": minutes} if minutes else {})


def _aggrieved(said: Utterance, shape: str) -> Reading | None:
    other = unasked(said, shape)
    return other if other.intent == "complaint" and not pattern("aside.bears").search(shape) else None


def _other(said: Utterance, shape: str) -> Reading | None:
    """What it would be if nothing had been asked, where that is no doubt."""
    other = unasked(said, shape)
    doubtful = len(shape) < SHORTEST or pattern("aside.bears").search(shape) or FUMBLED.search(shape)
    if other.intent == "question" and doubtful:
        return None
    if other.intent == "request_visit" and not _wishes_another(said, shape):
        return None
    smalltalk = other.intent == "smalltalk" and phrase("smalltalk").search(shape)
    return other if other.intent in PASSED_ON or smalltalk else None


def _wishes_another(said: Utterance, shape: str) -> bool:
    """A visit beside the one that is asked about, and no word against it."""
    if re.search("算了|照定|照旧|不[去来想要用]|别来|没[^,。;!? ]{0,3}好谈", shape):
        return False
    return said.context.pending == "survey" or bool(pattern("aside.one_more").search(shape))


def _answers_survey(said: Utterance, shape: str, other: Reading) -> bool:
    """Whether words that a survey got may be its answer after all."""
    if said.context.pending != "survey" or pattern("guardian.once_more").search(shape):
        return False
    kept = "aside.a_mark" if other.intent in ("complaint", "update_info") else "aside.of_survey"
    return bool(pattern(kept).search(shape))


def _of_something_else(said: Utterance, shape: str, reading: Reading) -> bool:
    """Of the child's things and days, or of a day that nobody wishes for, with no word that could answer."""
    if pattern("aside.surely").search(shape):
        return True
    if reading.intent == "counter" and not reading.ask and pattern("guardian.shifted").search(shape):
        return False
    known = any(pattern("aside.topic").search(each) for each in (shape, said.text))
    if reading.intent == "ask" and len(shape) >= SHORTEST:
        known = known or bool(phrase("message").search(shape) and not pattern("aside.of_survey").search(shape))
    told = reading.intent == "counter" and bool(reading.ask) and len(shape.replace("W", "")) > SHORTEST
    wishes = pattern("guardian.wished").search(shape) or pattern("guardian.agree_to_time").search(shape)
    return (known or (told and not wishes)) and not pattern("aside.bears").search(shape)


def _passed_on(said: Utterance, shape: str) -> Reading:
    """As a question or a complaint where it is one, else as told."""
    other = unasked(said, shape)
    return other if other.intent in PASSED_ON | {"smalltalk"} else act_of(said, "message")
