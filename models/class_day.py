"""A homeroom teacher's (班主任) morning: who visits her class today, and which records of it are overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models import hour
from models.companion import NO, Companion
from models.person import HOMEROOM, Person, Role
from models.policy import Policy
from models.student import Student
from models.visit import Visit
from models.visit_life import CONFIRMED, HELD, LETTER

_leads = aliased(Role)


@dataclass(frozen=True)
class Morning:
    """One school morning: what was settled before it is news, what was held a day before it should be written down."""

    at: datetime
    begins: datetime
    ends: datetime
    held_until: datetime

    @staticmethod
    def of(policy: Policy, zone: ZoneInfo, now: datetime) -> Morning:
        """That of the day on which the moment lies."""
        morning = hour.at(now, policy.overdue_digest_at, zone)
        begins, ends = hour.at(now, time.min, zone), hour.at(now, time.min, zone, 1)
        return Morning(morning, begins, ends, morning - timedelta(hours=policy.record_due_hours))

    @property
    def ahead(self) -> sa.ColumnElement[bool]:
        """The condition of a visit of this day."""
        return sa.and_(
            Visit.state == CONFIRMED, Visit.form != LETTER, Visit.confirmed_at < self.at,
            Visit.starts_at >= self.begins, Visit.starts_at < self.ends,
        )  # fmt: skip

    @property
    def overdue(self) -> sa.ColumnElement[bool]:
        """The condition of a visit whose record should be in by now."""
        return sa.and_(Visit.state == HELD, Visit.held_at <= self.held_until)


def today(session: Session, homeroom: Person, morning: Morning) -> list[Visit]:
    """Visits of colleagues to her class on this day, soonest first; those where she goes along are in her own list."""
    query = _led(sa.select(Visit)).where(morning.ahead, _colleagues(), _leads.person_id == homeroom.id)
    return list(session.scalars(query.order_by(Visit.starts_at, Visit.id)))


def overdue(session: Session, homeroom: Person, morning: Morning) -> list[Visit]:
    """Visits to her class, also her own, whose record is overdue, the longest first."""
    query = _led(sa.select(Visit)).where(morning.overdue, _leads.person_id == homeroom.id)
    return list(session.scalars(query.order_by(Visit.held_at, Visit.id)))


def to_be_told(session: Session, school_id: int, morning: Morning) -> list[int]:
    """Which homeroom teachers have anything to read this morning."""
    news = sa.or_(sa.and_(morning.ahead, _colleagues()), morning.overdue)
    found = _led(sa.select(_leads.person_id)).where(news, Visit.school_id == school_id)
    query = sa.select(Person.id).where(Person.id.in_(found), Person.left_at.is_(None))
    return list(session.scalars(query.order_by(Person.id)))


def _colleagues() -> sa.ColumnElement[bool]:
    """She neither leads the visit nor goes along."""
    along = sa.exists().where(
        Companion.visit_id == Visit.id, Companion.person_id == _leads.person_id, Companion.answer != NO
    )
    return sa.and_(Visit.teacher_id != _leads.person_id, ~along)


def _led(query: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    leads = sa.and_(_leads.class_id == Student.class_id, _leads.name == HOMEROOM)
    return query.select_from(Visit).join(Student, Student.id == Visit.student_id).join(_leads, leads)
