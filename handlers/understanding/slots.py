"""What a command needs to know: for which children, in which form, with whom, to what purpose."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from handlers.understanding.normalise import pattern, table, whole
from handlers.understanding.roster import Known
from handlers.understanding.utterance import Utterance, narrowed


def who(said: Utterance) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The children meant, and what about them is in doubt."""
    students: list[Known] = []
    doubts: list[str] = []
    slots: dict[str, Any] = {}
    for mention in said.mentioned:
        found = narrowed(mention, said.class_name)
        if len(found) > 1:
            doubts.append("student_ambiguous")
            slots.setdefault("choices", []).extend(found)
        elif found[0] not in students:
            students.append(found[0])
            elsewhere = said.class_name and found[0].class_name != said.class_name
            if mention.how in ("given", "sound") or elsewhere:
                doubts.append("student_confirm")
    for mention in said.names:
        if mention.kind == "unknown":
            doubts.append("student_unknown")
            slots["unknown_name"] = mention.said
            if mention.students:
                slots["choices"] = list(mention.students)
    if students:
        slots["students"] = students
    if said.class_name:
        slots["class"] = said.class_name
    return slots, tuple(dict.fromkeys(doubts))


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(whole(form))) for name, form in table("forms")["rows"])


def form_of(shape: str) -> str:
    """入户 电话 视频 来校 书面, or nothing when it was not said."""
    return next((name for name, pattern in _forms() if pattern.search(shape)), "")


def purpose(said: Utterance) -> str:
    """What is to be spoken about, in the teacher's words."""
    match = pattern("slots.purpose").search(said.shape) or pattern("slots.reason").search(said.shape)
    if match is None:
        return ""
    words = said.written(said.place(match.start("what")), said.place(match.end("what")))
    return re.sub(r"(?:的)?(?:问题|事情|事|情况)$", "", words) or words
