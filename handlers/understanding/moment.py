"""A moment as somebody said it: a value, a question, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

Instant = datetime | date | time


def _iso(value: Instant) -> str:
    """A clock time without a day is written T15:30, so that it is never taken for a day."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, time):
        return "T" + value.isoformat(timespec="minutes")
    return value.isoformat()


@dataclass(frozen=True, slots=True)
class Moment:
    """Naive times of the school's zone.

    `granularity` is datetime, date, time or range. `confirm` says that the value holds an
    inference which must be said back. `ask` names the reason why no value was picked;
    `candidates` and `partial` then hold what is known.
    """

    start: Instant | None = None
    end: Instant | None = None
    granularity: str = ""
    daypart: str = ""
    confirm: bool = False
    ask: str | None = None
    candidates: tuple[Moment, ...] = ()
    partial: Mapping[str, str] = field(default_factory=dict)
    none: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def bookable(self) -> bool:
        """One day and one clock time, and nothing to ask."""
        return self.ask is None and self.granularity == "datetime" and isinstance(self.start, datetime)

    @property
    def day(self) -> date | None:
        """The one day this moment is on, if it is on one."""
        if self.ask is None and isinstance(self.start, datetime):
            return self.start.date()
        if self.ask is None and isinstance(self.start, date):
            return self.start
        return date.fromisoformat(self.partial["date"]) if "date" in self.partial else None

    def as_json(self) -> dict[str, Any]:
        """The plain form in which moments are written down and compared."""
        if self.none:
            return {"none": True}
        out: dict[str, Any] = {"ask": self.ask} if self.ask else {}
        if self.start is not None:
            out["start"] = _iso(self.start)
        if self.end is not None:
            out["end"] = _iso(self.end)
        if self.granularity:
            out["granularity"] = self.granularity
        if self.daypart:
            out["daypart"] = self.daypart
        if self.confirm:
            out["confirm"] = True
        if self.candidates:
            out["candidates"] = [each.as_json() for each in self.candidates]
        if self.partial:
            out["partial"] = dict(self.partial)
        return out


NO_TIME = Moment(none=True)
