"""The terms (学期) of a school, and the school year that they make."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

DAY = timedelta(days=1)
#: A term that begins in this month or later opens a school year.
OPENS = 8


@dataclass(frozen=True)
class Term:
    """One term; both days belong to it. The holidays after its lessons are its own, until the next one begins."""

    name: str
    first: date
    last: date
    lessons_until: date | None = None  #: the last day of lessons, where the school has told it

    @property
    def slot(self) -> tuple[int, int]:
        """The year in which its school year begins, and the half of it."""
        return (self.first.year, 1) if self.first.month >= OPENS else (self.first.year - 1, 2)


def term_on(day: date, told: tuple[Term, ...] = ()) -> Term:
    """The term to which the day belongs: one that the school has told, else the usual one."""
    terms = _around(day, told)
    index = max(i for i, term in enumerate(terms) if term.first <= day)
    return replace(terms[index], last=terms[index + 1].first - DAY)


def school_year(day: date, told: tuple[Term, ...] = ()) -> tuple[date, date]:
    """First and last day of the school year (学年) to which the day belongs."""
    year = term_on(day, told).slot[0]
    opening = [min(t.first for t in _around(day, told) if t.slot[0] == each) for each in (year, year + 1)]
    return opening[0], opening[1] - DAY


def _around(day: date, told: tuple[Term, ...]) -> list[Term]:
    """The terms of some years before and after the day, in order; what the school has not told is as usual."""
    known = {term.slot for term in told}
    usual = [term for year in range(day.year - 2, day.year + 3) for term in _usual(year) if term.slot not in known]
    return sorted((*told, *usual), key=lambda term: term.first)


@lru_cache(maxsize=64)
def _usual(year: int) -> tuple[Term, ...]:
    """The terms of the school year that begins in this year, at a school that has told nothing."""
    return tuple(_made(row, year) for row in _rows())


def _made(row: dict[str, Any], year: int) -> Term:
    month, day = row["begins"]
    first = date(year if row["half"] == 1 else year + 1, month, day)
    return Term(row["name"].format(first=year, second=year + 1), first, first)


@lru_cache(maxsize=1)
def _rows() -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "terms.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["term"])
