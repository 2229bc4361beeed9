"""What of a record the leaders should know (R6): sentences that tell of harm, violence, bullying and the like."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from handlers.understanding.normalise import simplify, table


class Finding(NamedTuple):
    """One sentence as it was written, and what it tells of."""

    kind: str
    sentence: str


@cache
def _safe() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in table("serious")["safe"].values())


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern)) for kind, pattern in table("serious")["kinds"].items())


def findings(text: str) -> list[Finding]:
    """The serious sentences of a text in order, each once, with the first kind that fits."""
    sentences = [each.strip(" ，,、") for each in re.split(r"[。；;！!？?\n]", text)]
    return [Finding(kind, s) for s in dict.fromkeys(sentences) if s and (kind := _kind(simplify(s).text)) is not None]


def _kind(sentence: str) -> str | None:
    left = sentence
    for pattern in _safe():
        left = pattern.sub("·", left)
    return next((kind for kind, pattern in _kinds() if pattern.search(left)), None)
