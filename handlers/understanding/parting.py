"""Commas that a dictated message lacks, where one clause ends and the next begins: 下礼拜天吧这礼拜天他老姑结婚."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from handlers.understanding.normalise import Normal, pattern


def parted(normal: Normal) -> Normal:
    """The same words with a comma wherever two clauses meet; what was written stays as it was."""
    text = normal.text
    places = [place for place in _seams(text) if 0 < place < len(text)]
    if not places:
        return normal
    out, origin = [], []
    begin = 0
    at = normal.origin or tuple(range(len(text)))
    for place in [*places, len(text)]:
        out += [text[begin:place], ","]
        origin += [*at[begin:place], at[min(place, len(text) - 1)]]
        begin = place
    repairs = tuple((a + _before(places, a), b + _before(places, a)) for a, b in normal.repairs)
    return replace(normal, text="".join(out)[:-1], origin=tuple(origin[:-1]), repairs=repairs)


def _before(places: list[int], at: int) -> int:
    return sum(place <= at for place in places)


def _seams(text: str) -> Iterator[int]:
    """Where a clause ends without a mark: behind a first yes, behind what closes a sentence, before what opens one."""
    for run in pattern("parting.run").finditer(text):
        if run.end() - run.start() < 5:
            continue
        found = {run.start() + seam.start() for seam in pattern("parting.seam").finditer(run.group())}
        yes = pattern("parting.yes").match(run.group())
        if yes is not None:
            found.add(run.start() + yes.end())
        yield from sorted(found)
