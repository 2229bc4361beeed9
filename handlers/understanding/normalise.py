"""One way of writing for what people type, dictate and copy; what was repaired is remembered, and where."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parent / "tables"
INVISIBLE = frozenset(map(chr, (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFE0E, 0xFE0F, 0xAD, 0x20E3)))
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Normal:
    """`origin[i]` is where the i-th character stood in what was written."""

    text: str
    raw: str
    origin: tuple[int, ...] | None = None
    repairs: tuple[Span, ...] = ()
    dialect: bool = False

    def written(self, start: int, end: int) -> str:
        """The words as the person wrote them, for what is kept verbatim."""
        if self.origin is None:
            return self.raw[start:end]
        stop = self.origin[end] if end < len(self.origin) else len(self.raw)
        begin = self.origin[start] if start < len(self.origin) else len(self.raw)
        return self.raw[begin:stop]


@cache
def table(name: str) -> dict[str, Any]:
    """A table of words, read once."""
    return tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))


def whole(form: str | list[str]) -> str:
    """A pattern as it is used: a long one stands in its table as a list of alternatives."""
    return form if isinstance(form, str) else "|".join(form)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern of the table of patterns: `denial.asking`."""
    group, _, key = name.partition(".")
    return re.compile(whole(table("patterns")[group][key]))


def _pairs(row: str) -> dict[str, str]:
    return dict(zip(row[::2], row[1::2], strict=True))


@cache
def _single() -> dict[int, str]:
    chars = {ord(pair[0]): pair[1] for pair in table("characters")["traditional"].split()}
    chars |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFF5F)}
    chars |= dict.fromkeys((12288, 160, 9, 13, 10, 8194, 8195, 8201), " ")
    chars |= dict.fromkeys(range(8208, 8214), "-") | {0x2212: "-"}
    chars |= {ord(each): "~" for each in "\uff5e\u301c\u223c\u02dc"}
    return chars | {0x2236: ":", 0xFE30: ":", 0xFE55: ":", 0x3007: "零", 0x25CB: "零"}


@cache
def _repairs() -> tuple[re.Pattern[str], dict[str, tuple[str, bool]]]:
    rows = table("repairs")
    words = {src: (dst, False) for src, dst in rows["dialect"]} | {src: (dst, True) for src, dst in rows["misheard"]}
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), words


@cache
def _placed_repairs() -> tuple[re.Pattern[str], dict[str, dict[str, str]]]:
    """Repairs that count only between the right neighbours."""
    rows = table("repairs")
    formal, weekday = _pairs(rows["formal"]), _pairs(rows["weekday_words"])
    formal_chars, weekday_chars, dots = "".join(formal), "".join(weekday), rows["hour_words"]
    numeral = rf"[\d一二两三四五六七八九十{formal_chars}]"
    ending = rf"(?=[上下][午舞武昼]|早|晚|中午|傍晚|{numeral}|行|可以|去|来|吧|有空|[, 。?!]|$)"
    pattern = rf"(?P<dot>(?<={numeral})[{dots}](?![话视脑影]))"
    pattern += rf"|(?P<formal>[{formal_chars}](?=[{formal_chars}十]?[点时号月日分:{dots}]))"
    pattern += rf"|(?P<weekday>(?<=[周期拜])[{weekday_chars}]{ending})"
    pattern += rf"|(?P<half>(?<={numeral}[点{dots}])[办伴](?=[行成好可吧吗,，。?？! ]|$))"
    words = {"dot": dict.fromkeys(dots, "点"), "half": dict.fromkeys("办伴", "半")}
    return re.compile(pattern), words | {"formal": formal, "weekday": weekday}


def _spread(text: str) -> tuple[str, list[int] | None]:
    """Compatibility forms: ① is 1, ㈡ is (二); invisible characters go."""
    if text.isascii():
        return text, None
    out: list[str] = []
    origin: list[int] = []
    for at, each in enumerate(text):
        if each in INVISIBLE:
            continue
        code = ord(each)
        odd = 0x2070 <= code < 0x2E00 or 0x3200 <= code < 0x3400 or 0xF900 <= code < 0xFE10
        new = unicodedata.normalize("NFKC", each) if odd else each
        out.append(new)
        origin.extend([at] * len(new))
    joined = "".join(out)
    return joined, None if joined == text else origin


@lru_cache(16)
def simplify(raw: str) -> Normal:
    """Simplified, half-width, lower case; words are as they were. Each question to a message asks for it anew."""
    text, origin = _spread(raw)
    plain = (
        "".join(low if len(low := each.lower()) == 1 else each for each in text) if not text.isascii() else text.lower()
    )
    return Normal(plain.translate(_single()), raw, tuple(origin) if origin else None)


def _found(text: str) -> list[tuple[int, int, str, bool]]:
    pattern, words = _repairs()
    found = [(m.start(), m.end(), *words[m.group()]) for m in pattern.finditer(text)]
    placed, by_kind = _placed_repairs()
    placed_found = placed.finditer(text)
    found += [(m.start(), m.end(), by_kind[m.lastgroup or ""][m.group()], True) for m in placed_found]
    return sorted(found)


def repair(plain: Normal, names: Sequence[Span] = ()) -> Normal:
    """Dialect and misheard words put right, but for those inside a name."""
    text = plain.text
    found = [each for each in _found(text) if not any(start < each[1] and each[0] < end for start, end in names)]
    if not found:
        return plain
    text, origin, moved = replaced(plain, [each[:3] for each in found])
    doubtful = [(moved[start], moved[start] + len(new)) for start, _, new, doubt in found if doubt and start in moved]
    plainly = any(start in moved and not doubt for start, _, _, doubt in found)
    return Normal(text, plain.raw, origin, tuple(doubtful), plainly)


def replaced(plain: Normal, found: Sequence[tuple[int, int, str]]) -> tuple[str, tuple[int, ...], dict[int, int]]:
    """Other words in these places: the text, where its characters stood when written, and where each place is now."""
    text, origin = plain.text, plain.origin or tuple(range(len(plain.text)))
    parts: list[str] = []
    places: list[int] = []
    moved: dict[int, int] = {}
    last = 0
    for start, end, new in found:
        if start < last:
            continue
        parts += [text[last:start], new]
        places += origin[last:start]
        moved[start] = len(places)
        places += [origin[min(start + i, max(end, start + 1) - 1)] for i in range(len(new))]
        last = end
    return "".join([*parts, text[last:]]), (*places, *origin[last:]), moved
