"""Words of danger to a child: phrases with their denials, never a single character that 打电话 contains."""

from __future__ import annotations

import re
from functools import cache

from handlers.understanding.normalise import table, whole


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    rows = table("teacher")["safety"]
    return re.compile("|".join(rows["danger"])), re.compile("|".join(rows["safe"])), re.compile(whole(rows["report"]))


@cache
def _acute() -> re.Pattern[str]:
    return re.compile(whole(table("teacher")["safety"]["acute"]))


def in_danger(shape: str) -> bool:
    """Whether a text speaks of danger, denials and harmless phrases taken away."""
    danger, safe, _ = _words()
    return bool(danger.search(shape)) and bool(danger.search(safe.sub("·", shape)))


def endangered(shape: str, text: str) -> bool:
    """Either as it was written or with names and times taken as wholes."""
    return in_danger(shape) or in_danger(text)


def acute(shape: str) -> bool:
    """Danger that is never put off, whatever else the message asks for."""
    return in_danger(shape) and bool(_acute().search(shape))


def reported(shape: str) -> bool:
    return bool(_words()[2].search(shape))
