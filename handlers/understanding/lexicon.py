"""Every form in which a time is written, and every form that only looks like one, as one ordered list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from handlers.understanding.normalise import table

MACRO = re.compile(r"\{([a-z_]+)\}")
GROUP = re.compile(r"\(\?P<\w+>")


def any_of(words: Iterable[str]) -> str:
    """One of the words, the longest that fits."""
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))


def _ascending() -> str:
    """Two weekdays in a row: 五六 is Friday and Saturday, 六三 is not."""
    days = "一二三四五六"
    return "|".join(f"{each}[{days[at + 1 :]}日天]" for at, each in enumerate(days))


def _macros() -> dict[str, str]:
    times = table("times")
    lists = {
        "parts": [word for words in times["parts"].values() for word in words],
        "holidays": [name for kind in times["holidays"].values() for name in kind],
        "same_hour": times["same"]["hour"],
        "same_day": times["same"]["day"],
        "next_day": times["same"]["next_day"],
        "recurring": times["recurring"]["words"],
        "soft": times["recurring"]["soft"],
        "vague_day": times["vague"]["day"],
        "vague_time": times["vague"]["time"],
        "no_time": times["shield"]["words"],
        **{name: times["vague"][name] for name in ("habits", "weak", "asking", "lately")},
        **{name: times["school"][name] for name in ("events", "lunch")},
    }
    plain = {name: times["shield"][name] for name in ("points", "things", "surnames")}
    words = {name: any_of(each) for name, each in lists.items()}
    return {**table("lexicon")["words"], **words, **plain, "ascending": _ascending()}


def _filled(pattern: str, macros: dict[str, str]) -> str:
    """The pattern with its macros, which may hold macros themselves."""
    while (filled := MACRO.sub(lambda found: macros[found[1]], pattern)) != pattern:
        pattern = filled
    return pattern


@cache
def lexicon() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    """The joint pattern, and each form by itself for its parts."""
    macros = _macros()
    rows = [(kind, _filled(pattern, macros)) for kind, pattern in table("lexicon")["rows"]]
    bare = [GROUP.sub("(?:", pattern) for _, pattern in rows]
    joint = "|".join(f"(?P<r{at}>{pattern})" for at, pattern in enumerate(bare))
    # Only a character that occurs in some form can begin one; that spares most of a text.
    heads = "".join(sorted({each for pattern in bare for each in pattern if each.isalpha()}))
    return re.compile(rf"(?=[\d\s《\-{heads}])(?:{joint})"), tuple((kind, re.compile(each)) for kind, each in rows)


def tokens(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Kind and match of every form in the text, from left to right, without overlap."""
    joint, rows = lexicon()
    for found in joint.finditer(text):
        kind, pattern = rows[int((found.lastgroup or "r0")[1:])]
        match = pattern.match(text, found.start())
        if match is not None:
            yield kind, match
