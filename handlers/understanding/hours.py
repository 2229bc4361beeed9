"""Which hour is meant: 三点半, 15:30, 差一刻八点, 晚七点; and what a bare 八点 can be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from handlers.understanding.numerals import number

#: Visits are paid between these minutes of the day.
OPENS, CLOSES = 7 * 60, 21 * 60 + 30
#: The minute of the day at which a part of it is over.
PART_ENDS = {"dawn": 360, "morning": 720, "noon": 840, "afternoon": 1080, "dusk": 1140, "evening": 1320, "night": 1440}
#: Hours of the clock that go with a part of the day, and what they mean there.
PART_HOURS: dict[str, dict[int, int]] = {
    "dawn": {each: each for each in range(7)},
    "morning": {0: 0, **{each: each for each in range(3, 13)}},
    "noon": {11: 11, 12: 12, 1: 13, 2: 14},
    "afternoon": {12: 12, **{each: each + 12 for each in range(1, 8)}},
    "dusk": {each: each + 12 for each in range(4, 9)},
    "evening": {12: 24, **{each: each + 12 for each in range(5, 12)}},
    "night": {12: 24, 0: 24, **{each: each + 12 for each in range(8, 12)}, **{each: each for each in range(1, 5)}},
}
#: Hours written as 13 to 23 that go with a part of the day.
PART_WRITTEN = {
    "dawn": range(0), "morning": range(0), "noon": range(13, 15), "afternoon": range(13, 19), "dusk": range(16, 21),
    "evening": range(17, 25), "night": range(20, 25),
}  # fmt: skip
#: Combinations that people use, though strictly they contradict themselves.
LOOSE = {("afternoon", 7), ("evening", 5), ("morning", 12), ("dusk", 8), ("dusk", 4)}


@dataclass(slots=True)
class Hour:
    """A clock time as said. `written` says that it cannot be another half of the day."""

    h: int
    m: int = 0
    written: bool = False
    confirm: bool = False
    ask: str | None = None
    part: str = ""
    start: int = 0
    end: int = 0


def _minutes(groups: dict[str, str | None], dialect: bool) -> int | None:
    if groups.get("half"):
        return 30
    if groups.get("quarter"):
        return 15 * (number((groups["quarter"] or "").replace("两", "二")) or 1)
    if groups.get("minute"):
        return number((groups["minute"] or "").lstrip("零") or "零")
    if groups.get("mark"):
        mark = groups["mark"] or ""
        # Cantonese counts in marks of five minutes: 三点三 is 3:15. Elsewhere a lone digit is unfinished.
        if dialect or mark[0] in "踏搭" or mark.endswith("个字"):
            said = mark.lstrip("踏搭").removesuffix("个字")
            return 5 * (number(said) or 0)
        return None
    return 0


def _less(text: str) -> int:
    return 15 if "刻" in text else number(re.sub("分钟?", "", text)) or 0


def read_hour(match: re.Match[str], dialect: bool) -> Hour:
    hour = _read(match, dialect)
    hour.start, hour.end = match.span()
    return hour


def _read(match: re.Match[str], dialect: bool) -> Hour:
    groups = match.groupdict()
    said = groups["h"] or "0"
    h, m = number(said.replace("两", "二")) or 0, _minutes(groups, dialect)
    half = groups.get("ap") or groups.get("ap2")
    if m is None:
        return Hour(h, ask="vague_time")
    if h > 24 or m > 59 or (half and not 1 <= h <= 12) or (h == 24 and m):
        return Hour(h, ask="invalid")
    if half:
        return Hour(h % 12 + (12 if half == "p" else 0), m, written=True)
    if groups.get("less"):
        total = (h * 60 - _less(groups["less"] or "")) % 1440
        return Hour(total // 60, total % 60, written=h > 13)
    if groups.get("more"):
        # 三点来钟 is about three; 三点多 may be any minute after it.
        return Hour(h, m, confirm=True, ask="vague_time" if groups["more"] != "来钟" else None)
    leading_zero = said.isdecimal() and len(said) == 2 and said[0] == "0"
    if groups.get("dated") is not None:
        return Hour(h, m, confirm=True, written=True)
    return Hour(h, m, written=h >= 13 or h == 0 or (leading_zero and ":" in match.group()))


def meanings(hour: Hour, part: str = "") -> tuple[list[int], bool, str | None]:
    """Minutes of the day that the hour can mean, whether that was inferred, and why there is none."""
    part = part or hour.part
    if hour.ask == "invalid":
        return [], False, "invalid"
    if part:
        return _in_part(hour, part)
    at = hour.h * 60 + hour.m
    if hour.written or hour.h > 12:
        return ([at], False, None) if OPENS <= at <= CLOSES else ([], False, "implausible_hour")
    if hour.h in (8, 9, 10):
        return [at, at + 720], True, "ampm"
    return [at if hour.h in (11, 12) else at + 720], True, None


def _in_part(hour: Hour, part: str) -> tuple[list[int], bool, str | None]:
    if hour.h >= 13 or (hour.written and hour.h >= 12):
        if hour.h not in PART_WRITTEN[part] and not (hour.h == 12 and part in ("noon", "afternoon")):
            return [], False, "conflict"
        h = hour.h
    elif hour.h in PART_HOURS[part]:
        h = PART_HOURS[part][hour.h]
    else:
        return [], False, "conflict"
    at = h * 60 + hour.m
    if not OPENS <= at <= CLOSES:
        return [], False, "implausible_hour"
    return [at], (part, hour.h) in LOOSE, None


def spans(first: Hour, last: Hour) -> tuple[list[tuple[int, int]], bool, str | None]:
    """Readings of a range, which is read as a whole: both ends within visiting hours, the end after the start."""
    for each in (first, last):
        if each.ask:
            return [], False, each.ask
    starts, unsure, why = _ends(first)
    if why and why not in ("ampm",):
        return [], False, why
    found: list[tuple[int, int]] = []
    ends, _, why_end = _ends(last)
    if why_end and why_end != "ampm":
        return [], False, why_end
    for start in starts:
        later = [end for end in ends if end > start]
        if last.part == "" and not last.written and later:
            later = [min(later)]
        found += [(start, end) for end in later if start >= OPENS and end <= CLOSES]
    if not found:
        return [], False, "implausible_hour"
    inferred = (
        not (first.written or first.part)
        or (unsure and not (first.written or first.part))
        or (first.part, first.h) in LOOSE
    )
    return sorted(set(found)), inferred, "ampm" if len(set(found)) > 1 else None


def _ends(hour: Hour) -> tuple[list[int], bool, str | None]:
    at = hour.h * 60 + hour.m
    if hour.part or hour.written:
        return meanings(hour)
    if hour.h >= 12:
        return [at], True, None
    return [at, at + 720], True, None


def clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
