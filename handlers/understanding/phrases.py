"""The words and phrases of families, as their table lists them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from handlers.understanding.normalise import table

TRIMMED = " \u3000,，。.!！~;；、:：\n"


def one_of(words: Iterable[str]) -> re.Pattern[str]:
    """One of the words, the longest that fits."""
    return re.compile("|".join(map(re.escape, sorted(set(words), key=len, reverse=True))))


@cache
def _alternatives() -> re.Pattern[str]:
    return one_of(table("guardian")["alternatives"])


def plain_shape(shape: str) -> str:
    """A message without its ends and without the denials that are none: 能不能 denies nothing."""
    said = table("guardian")["alternatives"]
    return _alternatives().sub(lambda found: str(said[found.group()]), shape.strip(TRIMMED))


@cache
def acts(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The rows of acts, in the order in which they are tried."""
    return tuple((act, re.compile(pattern)) for act, pattern, *_ in table("guardian")[group])


@cache
def phrase(name: str) -> re.Pattern[str]:
    """A phrase of the table by its name."""
    return re.compile(table("guardian")[name])


@cache
def _words(*groups: str) -> re.Pattern[str]:
    return one_of(each for group in groups for each in table("guardian")["words"][group])


@cache
def _affirm() -> frozenset[str]:
    return frozenset(table("guardian")["words"]["affirm"])


def words_of(text: str, *groups: str) -> list[str] | None:
    """The words of a text that is made of such words only, read greedily, once over; None for any other."""
    at, found, word = 0, [], _words(*groups)
    while at < len(text):
        if text[at] in TRIMMED:
            at += 1
            continue
        match = word.match(text, at)
        if match is None:
            return None
        found.append(match.group())
        at = match.end()
    return found


def made_of(text: str, *groups: str) -> bool:
    """Whether a text is made of such words only."""
    return bool(words_of(text, *groups))


def heard_only(shape: str) -> bool:
    """收到, 嗯知道了: that it was read, and neither yes nor no."""
    words = words_of(shape, "affirm", "heard", "filler", "greeting") or ()
    heard = any(each in table("guardian")["words"]["heard"] for each in words)
    return heard and not any(each in _affirm() and each.strip("嗯恩唔哦") for each in words)


def agrees(shape: str) -> bool:
    """好的, 行，谢谢老师, 👌: agreement and politeness and nothing else."""
    return any(each in _affirm() for each in words_of(shape, "affirm", "heard", "filler", "greeting") or ())
