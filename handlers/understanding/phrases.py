"""The words and phrases of families, as their table lists them."""

from __future__ import annotations

import re
from functools import cache

from handlers.understanding.normalise import table

TRIMMED = " \u3000,，。.!！~;；、:：\n"
#: 能不能 denies nothing.
ALTERNATIVES = {
    "能不能": "能否", "可不可以": "可否", "可以不可以": "可否", "行不行": "行吗", "好不好": "好吗", "方不方便": "方便吗", "方便不方便": "方便吗",
    "是不是": "是否", "有没有空": "有空吗", "有没有": "有否", "要不要": "要否", "需不需要": "需要吗", "在不在": "在吗", "成不成": "成吗", "会不会": "会否", "用不用": "用否", "合不合适": "合适吗",
}  # fmt: skip
ALTERNATIVE = re.compile("|".join(sorted(ALTERNATIVES, key=len, reverse=True)))


def plain_shape(shape: str) -> str:
    """A message without the ends and without the denials that are none."""
    return ALTERNATIVE.sub(lambda found: ALTERNATIVES[found.group()], shape.strip(TRIMMED))


@cache
def acts(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The rows of acts, in the order in which they are tried."""
    return tuple((act, re.compile(pattern)) for act, pattern, *_ in table("guardian")[group])


@cache
def phrase(name: str) -> re.Pattern[str]:
    """A phrase of the table by its name."""
    return re.compile(table("guardian")[name])


@cache
def _words(*groups: str) -> tuple[str, ...]:
    words = {each for group in groups for each in table("guardian")["words"][group]}
    return tuple(sorted(words, key=len, reverse=True))


def words_of(text: str, *groups: str) -> list[str] | None:
    """The words of a text that is made of such words only, read greedily, once over; None for any other."""
    at, found, words = 0, [], _words(*groups)
    while at < len(text):
        if text[at] in TRIMMED:
            at += 1
            continue
        word = next((each for each in words if text.startswith(each, at)), None)
        if word is None:
            return None
        found.append(word)
        at += len(word)
    return found


def made_of(text: str, *groups: str) -> bool:
    """Whether a text is made of such words only."""
    return bool(words_of(text, *groups))


def agrees(shape: str) -> bool:
    """好的, 行，谢谢老师, 👌: agreement and politeness and nothing else."""
    affirm = set(_words("affirm"))
    return any(each in affirm for each in words_of(shape, "affirm", "filler", "greeting") or ())
