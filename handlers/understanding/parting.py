"""What a dictated answer lacks: commas where one clause ends and the next begins, and plain words for its yes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from handlers.understanding.normalise import Normal, pattern, replaced, table, whole

YES = "可以"
#: A shorter stretch is one clause.
SHORT = 5


def parted(normal: Normal) -> Normal:
    """The same words with a comma wherever two clauses meet: 下礼拜天吧，这礼拜天他老姑结婚."""
    return _put(normal, [(place, place, ",") for place in _seams(normal.text) if 0 < place < len(normal.text)])


def agreed(normal: Normal, form: str) -> Normal:
    """A yes in words of the announced form in plain words: 您打吧 to a call, 我准时到 to a talk at school."""
    return _put(normal, [(a, b, YES) for a, b in _yes(normal.text, form)])


def _put(normal: Normal, found: list[tuple[int, int, str]]) -> Normal:
    if not found:
        return normal
    text, origin, _ = replaced(normal, found)
    shift = [(start, len(new) - (end - start)) for start, end, new in found]
    moved = [tuple(at + sum(by for start, by in shift if start < at) for at in each) for each in normal.repairs]
    return replace(normal, text=text, origin=origin, repairs=tuple((a, b) for a, b in moved))


def _yes(text: str, form: str) -> Iterator[tuple[int, int]]:
    for clause in pattern("parting.run").finditer(text):
        found = _agreeing(form).search(clause.group())
        before = clause.group()[: found.start("yes")] if found is not None else ""
        if found is None or pattern("parting.unsettled").search(before):
            continue
        # 下午两点来嘛 wishes for that hour.
        if not (pattern("parting.proposes").search(found["yes"]) and pattern("parting.timely").search(before)):
            yield clause.start() + found.start("yes"), clause.start() + found.end("yes")


@cache
def _agreeing(form: str) -> re.Pattern[str]:
    """What closes a clause with a yes, unless a denial stands right before it."""
    ways = [
        whole(table("patterns")["agreeing"][name]) for name in ("any", form) if name in table("patterns")["agreeing"]
    ]
    return re.compile(f"(?<![不别没甭莫勿让叫再])(?P<yes>{'|'.join(ways)})[哈啊呀哦噢呢嘛哟嘞咯啦的]*$")


def _seams(text: str) -> Iterator[int]:
    """Where a clause ends without a mark: behind a first yes, behind what closes a sentence, before what opens one."""
    for run in pattern("parting.run").finditer(text):
        if run.end() - run.start() < SHORT:
            continue
        found = {run.start() + seam.start() for seam in pattern("parting.seam").finditer(run.group())}
        yes = pattern("parting.yes").match(run.group())
        if yes is not None:
            found.add(run.start() + yes.end())
        yield from sorted(found)
