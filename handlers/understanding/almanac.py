"""Feasts, lunar days and official holidays (节假日): what a calendar on the wall tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from functools import lru_cache

from handlers.understanding.normalise import table

DAY = timedelta(days=1)
#: Days that the school itself has made free (True) or working (False), while one of its messages is read.
_OWN: ContextVar[Mapping[date, bool]] = ContextVar("own days", default={})  # noqa: B039 - never changed in place


@contextmanager
def own_days(days: Mapping[date, bool]) -> Iterator[None]:
    """Reads by a school's own calendar first, inside of the block."""
    token = _OWN.set(days)
    try:
        yield
    finally:
        _OWN.reset(token)


@lru_cache(maxsize=32)
def _months(year: int) -> dict[int, tuple[date, int]]:
    """The months of a lunar year (leap ones negative): the first day of each, and how many days it has."""
    from lunar_python import LunarYear, Solar

    found: dict[int, tuple[date, int]] = {}
    for each in LunarYear.fromYear(year).getMonthsInYear():
        solar = Solar.fromJulianDay(each.getFirstJulianDay())
        first = date(solar.getYear(), solar.getMonth(), solar.getDay())
        found[each.getMonth()] = (first, each.getDayCount())
    return found


def lunar_date(year: int, month: int, day: int) -> date | None:
    """The solar day of a lunar one; the 30th of a short last month is its last day (除夕)."""
    if month not in _months(year):
        return None
    first, days = _months(year)[month]
    if day > days and (month, day) != (12, 30):
        return None
    return first + DAY * (min(day, days) - 1)


@lru_cache(maxsize=256)
def solar_term(year: int, name: str) -> date | None:
    from lunar_python import Solar

    found = Solar.fromYmd(year, 6, 1).getLunar().getJieQiTable().get(name)
    if found is not None and found.getYear() == year:
        return date(found.getYear(), found.getMonth(), found.getDay())
    return date(year, 12, 22) if name == "冬至" else None


def nth_weekday(year: int, month: int, weekday: int, which: int) -> date | None:
    """The which-th such weekday of the month; -1 is the last; None when there is none."""
    if which == -1:
        last = date(year + month // 12, month % 12 + 1, 1) - DAY
        return last - DAY * ((last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    found = first + DAY * ((weekday - first.weekday()) % 7 + 7 * (which - 1))
    return found if found.month == month else None


def feast(name: str, year: int) -> date | None:
    """The day that carries the name in that year."""
    days = table("times")["holidays"]
    if name in days["solar"]:
        month, day = days["solar"][name]
        return date(year, month, day)
    if name in days["lunar"]:
        month, day = days["lunar"][name]
        return lunar_date(year, month, day) if month < 11 else _late_lunar(year, month, day)
    if name in days["nth"]:
        month, weekday, which = days["nth"][name]
        return nth_weekday(year, month, weekday, which)
    return solar_term(year, days["terms"][name])


def _late_lunar(year: int, month: int, day: int) -> date | None:
    """Late lunar months fall mostly into the next solar year."""
    for lunar_year in (year - 1, year):
        found = lunar_date(lunar_year, month, day)
        if found is not None and found.year == year:
            return found
    return None


def free(day: date) -> bool | None:
    """Whether the school is free on that day; None where neither it nor the state has said so."""
    own = _OWN.get().get(day)
    return published(day) if own is None else own


@lru_cache(maxsize=512)
def published(day: date) -> bool | None:
    """Whether the day is officially free; None where nothing has been published."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError:
        return None


def make_up_workday(day: date) -> bool:
    """A Saturday or Sunday on which schools work (调休)."""
    return day.weekday() >= 5 and free(day) is False


def holiday_span(first: date) -> tuple[date, date] | None:
    """The free days around a feast, weekends included as published; None where unpublished."""
    if free(first) is not True:
        return None
    start = end = first
    while free(start - DAY) and (first - start).days < 10:
        start -= DAY
    while free(end + DAY) and (end - first).days < 10:
        end += DAY
    return start, end


def next_holiday(today: date) -> tuple[date, date] | None:
    """The holiday that goes on today or begins within two months: its first and last day; weekends are none."""
    for ahead in range(60):
        day = today + DAY * ahead
        if day.weekday() < 5 and free(day):
            return holiday_span(day)
    return None


def next_workday(after: date) -> date | None:
    """The first working day after the given one; None where unpublished."""
    day = after + DAY
    while free(day):
        day += DAY
    return day if free(day) is False else None
