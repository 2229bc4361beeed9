"""The words and phrases of families, as their table lists them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from handlers.understanding.normalise import pattern, table, whole

#: What asks for something: 几点, 什么, 哪.
WH = re.compile(
    r"几[点个位楼层号栋幢室路次天年月周分家人时岁遍趟场节班]|"
    r"什么|啥|谁|哪|多久|多长|为什么|为啥|怎么|多少|干嘛|贵姓"
)

TRIMMED = " \u3000,，。.!！~;；、:：\n"


def one_of(words: Iterable[str]) -> re.Pattern[str]:
    """One of the words, the longest that fits."""
    return re.compile("|".join(map(re.escape, sorted(set(words), key=len, reverse=True))))


@cache
def _alternatives() -> re.Pattern[str]:
    return re.compile(f"(?<!不)(?:{one_of(table('guardian')['alternatives']).pattern})")


def plain_shape(shape: str) -> str:
    """A message without its ends and without the denials that are none: 能不能 denies nothing."""
    said = table("guardian")["alternatives"]
    shape = pattern("guardian.stood_in").sub("", shape)
    return _alternatives().sub(lambda found: str(said[found.group()]), shape.strip(TRIMMED))


@cache
def acts(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The rows of acts, in the order in which they are tried."""
    return tuple((act, re.compile(whole(form))) for act, form, *_ in table("guardian")[group])


@cache
def phrase(name: str) -> re.Pattern[str]:
    """A phrase of the table by its name."""
    return re.compile(whole(table("guardian")[name]))


@cache
def _words(*groups: str) -> tuple[frozenset[str], tuple[int, ...]]:
    """The words of the groups, and their lengths, the longest first."""
    words = frozenset(each for group in groups for each in table("guardian")["words"][group])
    return words, tuple(sorted({len(each) for each in words}, reverse=True))


@cache
def _affirm() -> frozenset[str]:
    return frozenset(table("guardian")["words"]["affirm"])


def words_of(text: str, *groups: str) -> list[str] | None:
    """The words of a text that is made of such words only, long ones first; None for any other."""
    words, lengths = _words(*groups)
    steps: list[tuple[int, int]] = []
    dead: set[int] = set()
    at = _over(text, 0)
    while at < len(text):
        fitting = (n for n in lengths if at + n <= len(text) and at + n not in dead and text[at : at + n] in words)
        length = next(fitting, 0)
        if length:
            steps.append((at, length))
            at = _over(text, at + length)
            continue
        # Nothing fits behind the last word: another one in its place.
        dead.add(at)
        if not steps:
            return None
        before, taken = steps.pop()
        dead.add(before + taken)
        at = before
    return [text[start : start + length] for start, length in steps]


def _over(text: str, at: int) -> int:
    while at < len(text) and text[at] in TRIMMED:
        at += 1
    return at


def made_of(text: str, *groups: str) -> bool:
    """Whether a text is made of such words only."""
    return bool(words_of(text, *groups))


def heard_only(shape: str) -> bool:
    """收到, 嗯知道了: that it was read, and neither yes nor no."""
    if shape in ("哦", "噢", "喔"):
        return True
    words = words_of(shape, "affirm", "heard", "filler", "greeting") or ()
    heard = any(each in table("guardian")["words"]["heard"] for each in words)
    return heard and not any(each in _affirm() and each.strip("嗯恩唔哦") for each in words)


def agrees(shape: str) -> bool:
    """好的, 行，谢谢老师, 👌: agreement and politeness and nothing else; 就是太早了 is none."""
    words = words_of(shape, "affirm", "heard", "filler", "greeting") or ()
    return any(each in _affirm() for each in words) and not pattern("guardian.too").search(shape)
