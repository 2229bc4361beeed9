"""Whether a sentence means one home with several children: 张小明和张小雅家, 连同妹妹, 张小明一家."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from handlers.understanding.normalise import pattern, table


class Home(NamedTuple):
    """What is said of brothers and sisters."""

    told: bool  #: said as one home, not inferred from the names alone
    apart: bool  #: they are wanted one by one
    whole: bool  #: the whole family
    kin: str  #: 妹妹, without a name that is known
    stray: str  #: a name beside it that nobody in reach has


def adds(text: str) -> bool:
    """Whether the words add somebody to what is shown: 带上…, …也一起."""
    return bool(pattern("household.adds").search(text))


def home_in(text: str, known: Sequence[str]) -> Home:
    """`known` are the children whom the sentence names and the speaker can reach."""
    shape = text
    for name in sorted(known, key=len, reverse=True):
        shape = shape.replace(name, "S")
    kin, beside = pattern("household.kin").search(shape), pattern("household.beside").search(shape)
    stray = (kin and kin["name"]) or (beside and beside["name"]) or ""
    if stray and stray[0] not in table("times")["shield"]["surnames"]:
        stray = ""
    told, apart = pattern("household.told").search(shape), pattern("household.apart").search(shape)
    whole = pattern("household.whole").search(shape)
    return Home(bool(told), bool(apart), bool(whole), kin["kin"] if kin else "", stray)
