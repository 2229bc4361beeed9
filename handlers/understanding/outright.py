"""What is said outright, whatever was asked last: help me, all is well, ten minutes late, the family said yes."""

from __future__ import annotations

import re
from functools import cache

from handlers.understanding.answers import minutes_in
from handlers.understanding.normalise import table


@cache
def _row(name: str) -> re.Pattern[str]:
    return re.compile(table("outright")[name])


def calls_for_help(text: str) -> bool:
    """A teacher's own danger, denials and questions about it taken away."""
    return bool(_row("sos").search(_row("sos_safe").sub("·", text)))


def is_safe(text: str) -> bool:
    return bool(_row("safe").match(text.strip()))


def cut_short(text: str) -> bool:
    return bool(_row("ended").match(text.strip()))


def minutes_late(text: str, part: str) -> int | None:
    """How many minutes a teacher or a family (`teacher`, `family`) says to be late; None for anything else."""
    return minutes_in(text) if _row(f"late_{part}").match(text.strip()) else None


def heard_on_the_phone(text: str) -> tuple[str, str] | None:
    """`yes`, `no` or `move`, and the words about the time, after somebody of a family has been named."""
    who = _row("phone_who").search(text)
    if who is None or re.search("[?？吗]", text):
        return None
    rest = text[who.end() :].strip(" ,，")
    for answer in ("no", "yes", "move"):
        found = _row(f"phone_{answer}").match(rest)
        if found:
            return answer, found["when"] if answer == "move" else ""
    return None
