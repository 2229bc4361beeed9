"""A family's yes or no is taken only when every clause bears it out: anything else that stands there asks."""

from __future__ import annotations

import re

from handlers.understanding.confirmation import ASKED, act_of
from handlers.understanding.normalise import pattern
from handlers.understanding.phrases import WH, agrees, phrase
from handlers.understanding.reading import Reading
from handlers.understanding.slots import form_of
from handlers.understanding.telling import begins_with_yes, clauses, disturbs, only_told
from handlers.understanding.utterance import Utterance
from handlers.understanding.weighing import on_another_day, wished_for

#: What takes a no back: it is another's, thrown back, or something else takes the visit's place.
NO_REFUSAL = ("elsewhere", "of_others", "grudging", "another_comes", "settles_for")


def certain(said: Utterance, shape: str, reading: Reading) -> Reading:
    """The reading itself, or a question in its place."""
    if reading.intent == "confirm" and (wished_for(said) or on_another_day(said) or _of_something_else(said, shape)):
        return Reading("ask")
    if reading.intent == "confirm" and not _borne_out(shape):
        return act_of(said, "question") if ASKED.search(shape) and "但" not in shape else Reading("ask")
    if reading.intent == "decline":
        return _refused(said, shape, reading)
    return _proposed(said, shape) or reading if reading.intent == "counter" else reading


def called_off(said: Utterance, shape: str, reading: Reading) -> Reading:
    """A visit is called off by words that say so of the visit, and not by a question or by 别取消."""
    if pattern("certain.asks_about").search(shape):
        return act_of(said, "question")
    left = pattern("certain.not_called_off").sub(" ", shape)
    return reading if phrase("cancel").search(left) or left == shape else act_of(said, "message")


def _proposed(said: Utterance, shape: str) -> Reading | None:
    """What is left of another time that somebody else proposed, that is past, or that would do as well."""
    if pattern("certain.wonders").search(shape) and not said.has_time:
        return act_of(said, "question")
    no_wish = only_told(said) or not pattern("guardian.wished").search(shape)
    told = said.moment().ask in ("past", "recurring") or pattern("certain.until_then").search(shape)
    if pattern("certain.reported").search(shape) or (told and no_wish):
        return Reading("ask")
    first = shape[: next((end for _, end in clauses(shape)), 0)]
    agreed = first != shape and "W" in first and _says_yes(first)
    return Reading("ask") if agreed and pattern("certain.as_well").search(shape) else None


def _of_something_else(said: Utterance, shape: str) -> bool:
    """Whether a clause tells of the child's day at school, or speaks of another form than the announced one."""
    visit = said.context.visit
    for start, end in clauses(shape):
        clause = shape[start:end]
        school = phrase("message").search(clause) and not phrase("about_visit").search(clause)
        if school and not agrees(clause) and not pattern("guardian.teller").search(clause):
            return True
        for known in ("guardian.on_arrival", "guardian.courtesy", "guardian.denied_form", "guardian.told_of_call"):
            clause = pattern(known).sub(" ", clause)
        if visit is not None and form_of(clause) not in ("", visit.form):
            return True
    return False


def _borne_out(shape: str) -> bool:
    """One clause says yes at least, and none says something against it that is not known to be harmless."""
    spans = [shape[start:end] for start, end in clauses(shape)]
    return any(_says_yes(each) for each in spans) and not any(disturbs(each) for each in spans)


def _says_yes(clause: str) -> bool:
    rest = re.sub("^(?:T|老师)?(?:那个|这个|那天|那|这|W|时间|就|也|[都到的])+", "", clause)
    known = agrees(clause) or agrees(rest) or begins_with_yes(clause) or phrase("accept").search(clause)
    return bool(known or pattern("certain.yes").search(clause) or pattern("guardian.double_denial").search(clause))


def _refused(said: Utterance, shape: str, reading: Reading) -> Reading:
    """A no in the family's own words, that is about the visit and not about a part of it."""
    plain = pattern("guardian.courtesy").sub("", shape)
    if pattern("certain.either_or").search(shape) or pattern("certain.of_teacher").search(shape):
        return act_of(said, "question")
    if pattern("certain.supposed").search(shape):
        return Reading("ask")
    # 23、24都可以: a number that no time explains may be a day.
    left = re.search(r"(?<!\d)\d{1,2}(?!\d)", plain)
    if left or any(pattern(f"certain.{each}").search(plain) for each in NO_REFUSAL):
        return Reading("ask")
    spans = [plain[start:end] for start, end in clauses(plain)]
    # 好，就是那天婆婆做手术: agreed first, and nothing refused flatly.
    granted = len(spans) > 1 and agrees(spans[0]) and not re.search("(.{1,3})是\\1", spans[0])
    if granted and not (pattern("guardian.flat_no").search(plain) or "算了" in plain):
        return Reading("ask")
    no = [each for each in spans if phrase("decline").search(pattern("certain.harmless").sub(" ", each))]
    if not no or all(pattern("certain.in_part").search(each) for each in no):
        return Reading("ask")
    announced = said.context.visit.form if said.context.visit else ""
    others = [each for each in spans if each not in no and form_of(each) not in ("", announced)]
    asks = any(WH.search(pattern("certain.harmless").sub(" ", each)) for each in spans if each not in no)
    return Reading("ask") if others or asks else reading
