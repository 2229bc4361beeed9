"""What one expression says about the day: its readings, a reason to ask, and what else it would fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from handlers.understanding.numerals import number

DAY = timedelta(days=1)
#: A date that has passed is taken for next year's when that is not farther than this.
NEXT_YEAR_WITHIN = 180
#: A day of the month that has passed is taken for next month's when that is not farther than this.
NEXT_MONTH_WITHIN = 21


@dataclass(frozen=True, slots=True)
class Day:
    """What one expression says about the day. `dates` are its readings, best first.

    `weekday` is set when only a weekday was said, so that it can also confirm another day.
    `alternatives` are days that would fit a stated weekday, though not taken without one.
    """

    dates: tuple[date, ...] = ()
    ask: str | None = None
    confirm: bool = False
    weekday: int | None = None
    part: str = ""
    first_to_last: tuple[date, date] | None = None
    alternatives: tuple[date, ...] = ()
    week: date | None = None
    feast: str = ""
    remarks: tuple[str, ...] = ()
    start: int = 0
    end: int = 0


def valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def monday(day: date) -> date:
    return day - DAY * day.weekday()


def month_from(today: date, ahead: int) -> tuple[int, int]:
    at = today.year * 12 + today.month - 1 + ahead
    return at // 12, at % 12 + 1


def year_said(text: str | None, today: date) -> int | None:
    if not text:
        return None
    text = text.strip().removesuffix("年")
    by_word = {"今": 0, "明": 1, "下": 1, "后": 2, "去": -1, "前": -2}
    if text in by_word:
        return today.year + by_word[text]
    value = number(text.replace("两", "二") if "千" in text else text)
    if value is None:
        return None
    return value if value >= 100 else 2000 + value
