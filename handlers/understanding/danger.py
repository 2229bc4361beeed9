"""Danger to a child in a family's words: what is played, taught or said in jest is taken away first."""

from __future__ import annotations

import re
from functools import cache

from handlers.understanding.normalise import table, whole


def endangered_child(*writings: str) -> bool:
    """In any of the writings: with names and times taken as wholes, parted into clauses, or as it was typed."""
    return any(_speaks_of_danger(each) for each in set(writings))


def _speaks_of_danger(text: str) -> bool:
    left = _form("harmless").sub(" ", text)
    return bool(_form("danger").search(left)) or _stands(left, "missing", "found") or _stands(left, "hurt", "seen_to")


def _stands(text: str, what: str, over: str) -> bool:
    """Whether it is said, and nothing behind it says that it is over."""
    end = max((found.end() for found in _form(what).finditer(text)), default=0)
    return end > 0 and not _form(what, over).search(text, end)


@cache
def _form(group: str, key: str = "all") -> re.Pattern[str]:
    rows = table("danger")
    form = whole(rows[group][key])
    # Twice: a word of the table may stand in another one.
    for word, alternatives in [*rows["words"].items()] * 2:
        form = form.replace(f"<{word}>", f"(?:{whole(alternatives)})")
    return re.compile(form)
