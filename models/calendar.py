"""The calendar (校历) that a school has told: its terms, days off, make-up workdays and exam weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from models.term import Term

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Some days with a name; the first and the last belong to them."""

    name: str
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Calendar:
    """What one school has told; an empty one leaves everything as usual."""

    terms: tuple[Term, ...] = ()
    holidays: tuple[Span, ...] = ()
    workdays: tuple[date, ...] = ()  #: Saturdays and Sundays on which the school works (调休)
    exams: tuple[Span, ...] = ()

    @cached_property
    def days(self) -> dict[date, bool]:
        """Days that the school itself has made free (True) or working (False)."""
        free = {s.first + DAY * n: True for s in self.holidays for n in range((s.last - s.first).days + 1)}
        return free | dict.fromkeys(self.workdays, False)

    def exam(self, day: date) -> str:
        """The name of the exams (考试周) on that day; empty when there are none."""
        return next((span.name for span in self.exams if day in span), "")

    def told(self, day: date) -> bool:
        """Whether the day lies in a term, lessons or holidays, that the school has told itself."""
        return bool(self.terms) and min(t.first for t in self.terms) <= day <= self.ends

    @property
    def ends(self) -> date:
        """The last day of the last term; without terms the last of all days."""
        return max((term.last for term in self.terms), default=date.max)
