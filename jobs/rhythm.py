"""The hours that schools keep: those with the same numbers and the same wall clock are looked at together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hour
from models.notification import OTHER, TODAY
from models.policy import Policy
from models.school import School

Rows = Any  #: a select of columns, whose types the callers read by name


@dataclass(frozen=True)
class Rhythm:
    """A policy, a wall clock, and the schools that live by them."""

    policy: Policy
    zone: ZoneInfo
    school_ids: tuple[int, ...]
    all_schools: bool

    def here(self, school_id: sa.orm.InstrumentedAttribute[int]) -> list[sa.ColumnElement[bool]]:
        """The condition that a row belongs to these schools; none is needed when these are all."""
        return [] if self.all_schools else [school_id.in_(self.school_ids)]

    def at(self, day: datetime, clock: time, days: int = 0) -> datetime:
        """That hour of the wall clock's day on which the moment lies, moved by `days`."""
        return hour.at(day, clock, self.zone, days)

    def date(self, moment: datetime) -> date:
        return hour.local(moment, self.zone).date()

    def polite(self, moment: datetime) -> datetime:
        """The moment, or the next polite minute (B8)."""
        return hour.polite(moment, self.policy, self.zone)

    def priority(self, starts_at: datetime, now: datetime) -> int:
        """What concerns a visit of today goes before the rest."""
        return TODAY if self.date(starts_at) == self.date(now) else OTHER


def rhythms(session: Session) -> list[Rhythm]:
    """All schools, put together by what their hours are."""
    found: dict[tuple[Policy, str], list[int]] = {}
    for school in session.scalars(sa.select(School)):
        found.setdefault((school.policy, school.timezone), []).append(school.id)
    return [
        Rhythm(policy, ZoneInfo(zone), tuple(ids), all_schools=len(found) == 1) for (policy, zone), ids in found.items()
    ]


def near(session: Session, query: Rows, column: Any, last: datetime, after: int = 1) -> list[sa.Row[Any]]:
    """The rows up to `last`, which may be due, and the first ones after it, which say when to look again."""
    rows = list(session.execute(query.where(column <= last)))
    return rows + list(session.execute(query.where(column > last).order_by(column).limit(after)))
