"""What says who or where somebody is gives way to placeholders; what is asked, and when, stays (rulings 43)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from handlers.understanding import Roster
from handlers.understanding.names import stranger
from handlers.understanding.normalise import simplify, table

NAME = "名"
Span = tuple[int, int, str]  #: from, to, what it is

_BLANK = "\0"  #: stands in the shadow for a character that is accounted for


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text with names, telephones, addresses, codes and long numbers as 〔名〕〔电话〕〔地址〕….

    `names` are those that are known; they are found however they are written, and a few that nobody knows besides.
    """
    plain = simplify(text)
    spans = _merged([*_known(plain.text, names), *_strangers(plain.text), *_patterned(plain.text)])
    origin = plain.origin or range(len(text))
    out, last = "", 0
    for start, end, what in spans:
        out += text[last : origin[start]] + f"〔{what}〕"
        last = origin[end - 1] + 1
    return out + text[last:]


def without_times(text: str) -> str:
    """The text, as long as it was, with what is a time taken out: 周一下 is nobody called 周一什么."""
    return _covered(text, _rules().times)


def blank(masked: str) -> bool:
    """Whether nothing is left of a masked text that could teach anything."""
    return not re.search(r"\w", re.sub("〔.*?〕", "", masked))


def _known(text: str, names: Iterable[str]) -> Iterator[Span]:
    for name in names:
        plain = simplify(name).text
        # 张 alone is no name, and would be found everywhere.
        for found in re.finditer(re.escape(plain), text) if len(plain) > 1 else ():
            yield found.start(), found.end(), NAME


def _strangers(text: str) -> Iterator[Span]:
    """Names that the reader takes for children's, though nobody knows them."""
    shadow, nobody = without_times(text), Roster()
    while (found := stranger(shadow, nobody)) is not None:
        # 去不了刘洋家: what stands before the name is grammar, and stays.
        said = re.split("[我你您他她在是的了不]", found.said)[-1]
        if len(said) > 1:
            yield found.end - len(said), found.end, NAME
        shadow = shadow[: found.start] + _BLANK * (found.end - found.start) + shadow[found.end :]


def _patterned(text: str) -> Iterator[Span]:
    rules = _rules()
    between = _covered(without_times(text), rules.stays)
    for where, patterns in ((text, rules.rows), (between, rules.places)):
        for what, pattern in patterns:
            group = "it" if "it" in pattern.groupindex else 0
            for found in pattern.finditer(where):
                yield found.start(group), found.end(group), what


def _covered(text: str, words: re.Pattern[str]) -> str:
    return words.sub(lambda m: _BLANK * len(m.group()), text)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """From left to right, what overlaps as one; the longer names it."""
    out: list[Span] = []
    for start, end, what in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not out or start >= out[-1][1]:
            out.append((start, end, what))
            continue
        begun, ended, was = out[-1]
        out[-1] = (begun, max(end, ended), what if end - start > ended - begun else was)
    return out


Patterns = list[tuple[str, re.Pattern[str]]]


@dataclass(frozen=True)
class _Rules:
    """masking.toml, compiled."""

    rows: Patterns
    places: Patterns
    times: re.Pattern[str]
    stays: re.Pattern[str]


@cache
def _rules() -> _Rules:
    written: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    surname = f"(?:欧阳|司马|上官|诸葛|[{table('times')['shield']['surnames']}])"
    words = {name: word.replace("\n", "") for name, word in written["words"].items()} | {"surname": surname}

    def patterns(rows: list[list[str]]) -> Patterns:
        return [(what, re.compile(_filled(pattern, words))) for what, pattern in rows]

    times, stays = (re.compile(written[name].replace("\n", "")) for name in ("times", "stays"))
    return _Rules(patterns(written["rows"]), patterns(written["places"]), times, stays)


def _filled(pattern: str, words: dict[str, str]) -> str:
    """{title} is one of the table's words; a number in braces is a count."""
    return re.sub(r"\{([a-z]+)\}", lambda m: words[m[1]], pattern)
