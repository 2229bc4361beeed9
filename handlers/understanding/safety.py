"""Words of danger to a child: phrases with their denials, never a single character that 打电话 contains."""

from __future__ import annotations

import re
from functools import cache

from handlers.understanding.normalise import table


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    rows = table("teacher")["safety"]
    return re.compile("|".join(rows["danger"])), re.compile("|".join(rows["safe"])), re.compile(rows["report"])


def in_danger(shape: str) -> bool:
    """Whether a text speaks of danger, denials and harmless phrases taken away."""
    danger, safe, _ = _words()
    return bool(danger.search(shape)) and bool(danger.search(safe.sub("·", shape)))


def endangered(shape: str, text: str) -> bool:
    """Either as it was written or with names and times taken as wholes."""
    return in_danger(shape) or in_danger(text)


def acute(shape: str) -> bool:
    """Danger that is never put off, whatever else the message asks for."""
    return in_danger(shape) and bool(re.search(table("teacher")["safety"]["acute"], shape))


def reported(shape: str) -> bool:
    return bool(_words()[2].search(shape))
