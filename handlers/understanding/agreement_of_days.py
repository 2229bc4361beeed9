"""Two expressions of a day: one may confirm or narrow the other; else a range, a contradiction, two days."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from handlers.understanding import almanac
from handlers.understanding.day import Day
from handlers.understanding.draft import Draft
from handlers.understanding.normalise import pattern
from handlers.understanding.pieces import Ground, Piece


def one_day(text: str, draft: Draft, ground: Ground) -> Day | None:
    found = _unbounded(text, [each for each in draft.days if not each.denied and each.day])
    distinct: list[Piece] = []
    for piece in found:
        if not any(piece.day == _elsewhere(other.day, piece.day) for other in distinct):
            distinct.append(piece)
    if not distinct:
        return None
    day = distinct[0].day
    assert day is not None
    for before, piece in pairwise(distinct):
        assert piece.day is not None
        gap = text[before.end : piece.start]
        day = _both(day, piece.day, gap, ground, has_hour=_hour_between(draft, before, piece))
        if day.ask in ("multiple", "conflict", "vague_day"):
            break
    return day


def _unbounded(text: str, found: list[Piece]) -> list[Piece]:
    """国庆节后，八号晚上: a feast that only says about when is no second day beside the date that it agrees with."""
    return [each for each in found if not any(_bounds(text, each, other) for other in found if other is not each)]


def _bounds(text: str, feast: Piece, other: Piece) -> bool:
    assert feast.day is not None
    assert other.day is not None
    if not feast.day.feast or not feast.day.dates or not other.day.dates or other.day.feast or other.start < feast.end:
        return False
    if re.search("或|还是|要么|[、和跟与及到至~-]", text[feast.end : other.start]):
        return False
    begins = feast.day.dates[0]
    first, last = almanac.holiday_span(begins) or (begins, begins + timedelta(days=2))
    day = other.day.dates[0]
    if pattern("between.over").match(text, feast.end):
        return day > first
    return len(other.day.dates) == 1 and first <= day <= last and day != feast.day.dates[0]


def _elsewhere(day: Day | None, other: Day | None) -> Day | None:
    return replace(day, start=other.start, end=other.end) if day and other else None


def _hour_between(draft: Draft, first: Piece, second: Piece) -> bool:
    return any(first.end <= each.start < second.start for each in draft.hours)


def _both(first: Day, second: Day, gap: str, ground: Ground, has_hour: bool) -> Day:
    narrowed = _in_week(first, second, gap, ground) or _in_week(second, first, gap, ground)
    if narrowed is not None:
        return narrowed
    if first.dates and second.dates and not has_hour and pattern("between.range").match(gap):
        return _range(first, second)
    if has_hour and re.search("到|至|-|~", gap):
        return Day((), "multiple")
    near = bool(pattern("between.near").match(gap))
    for plain, bare in ((first, second), (second, first)):
        together = near or bool(set(plain.dates) & set(bare.dates))
        if bare.weekday is not None and plain.weekday is None and together:
            return _confirmed(plain, bare.weekday, ground)
    return _shared(first, second) or _apart(first, second, near and "、" not in gap)


def _in_week(week: Day, other: Day, gap: str, ground: Ground) -> Day | None:
    """下周 with 周三 or with 今天: the day of that week."""
    if not week.week or not week.first_to_last or not other.dates:
        return None
    if other.dates == (ground.today,) and week.week > ground.today and gap in ("", "的"):
        return Day((week.week + timedelta(days=ground.today.weekday()),))
    inside = [each for each in _on_weekday(other, week) if week.first_to_last[0] <= each <= week.first_to_last[1]]
    if week.dates or not inside:
        return None
    return Day((inside[0],), confirm=ground.today.weekday() == 6, week=week.week)


def _range(first: Day, second: Day) -> Day:
    last = second.dates[0]
    while last < first.dates[0] and second.weekday is not None:
        last += timedelta(days=7)
    return Day((), "vague_day", first_to_last=(first.dates[0], last))


def _shared(first: Day, second: Day) -> Day | None:
    shared = tuple(each for each in first.dates if each in second.dates)
    if not shared:
        return None
    ask = None if first.ask in (None, "same_weekday") or second.ask is None else first.ask
    return Day(shared[:1], ask, confirm=first.confirm and second.confirm)


def _apart(first: Day, second: Day, near: bool) -> Day:
    """Two days side by side contradict each other, but for two weekdays, which are a choice."""
    dates = first.dates[:1] + second.dates[:1]
    if first.dates and second.dates:
        both_bare = first.weekday is not None and second.weekday is not None
        return Day(dates, "conflict" if near and not both_bare else "multiple")
    vague = first if first.ask else second
    return replace(vague, dates=dates) if vague.ask != "past" else Day(dates, "multiple")


def _on_weekday(day: Day, week: Day) -> list[date]:
    if day.weekday is None or week.week is None:
        return list(day.dates)
    return [week.week + timedelta(days=day.weekday)]


def _confirmed(day: Day, weekday: int, ground: Ground) -> Day:
    """11月25号（星期三）: the weekday must be right; it may also tell which year or month is meant."""
    fitting = [each for each in (*day.dates, *day.alternatives) if each.weekday() == weekday]
    ahead = [each for each in fitting if each >= ground.today or ground.record]
    if ahead:
        return Day((ahead[0],), confirm=ahead[0] not in day.dates or (day.confirm and day.ask is not None))
    if fitting:
        return Day((), "past", alternatives=day.alternatives)
    if not day.dates:
        return day if day.ask else Day((), "conflict")
    near = day.dates[0] + timedelta(days=(weekday - day.dates[0].weekday() + 3) % 7 - 3)
    return Day((day.dates[0], near), "conflict")
