"""A homeroom teacher's (班主任) morning: who visits her class today, and which records of it are overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models import hour
from models.companion import NO, Companion
from models.coverage import of_each_child
from models.duties import Duties
from models.overdue import OfChild, missing, overdue_of
from models.person import HOMEROOM, Person, Role
from models.policy import Policy
from models.student import Student
from models.visit import Visit
from models.visit_life import CONFIRMED, LETTER


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


def today(session: Session, homeroom: Person, morning: Morning) -> list[OfChild]:
    """Visits of colleagues to her class on this day, soonest first; those where she goes along are in her own list."""
    own = Student.class_id.in_(Duties.of(homeroom).homeroom)
    query = sa.select(Visit, Student).select_from(Visit).where(morning.ahead, _without(homeroom.id))
    found = [OfChild(*row) for each in of_each_child(query) for row in session.execute(each.where(own))]
    return sorted(found, key=lambda o: (o.visit.starts_at, o.visit.id, o.child.id))


def overdue(session: Session, homeroom: Person, morning: Morning) -> list[OfChild]:
    """Whose record is missing of her class, also of her own visits."""
    return overdue_of(session, Student.class_id.in_(Duties.of(homeroom).homeroom), morning.held_until)


def to_be_told(session: Session, school_id: int, morning: Morning) -> list[int]:
    """Which homeroom teachers have anything to read this morning."""
    leads = aliased(Role)
    news = sa.or_(sa.and_(morning.ahead, _without(leads.person_id)), missing(morning.held_until))
    query = sa.select(leads.person_id).select_from(Visit).where(Visit.school_id == school_id)
    readers: set[int] = set()
    for each in of_each_child(query):
        led = each.join(leads, sa.and_(leads.class_id == Student.class_id, leads.name == HOMEROOM))
        readers.update(session.scalars(led.where(news)))
    people = sa.select(Person.id).where(Person.id.in_(readers), Person.left_at.is_(None))
    return list(session.scalars(people.order_by(Person.id)))


def _without(person_id: int | sa.orm.InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    """The condition that she neither leads the visit nor goes along."""
    along = sa.exists().where(Companion.visit_id == Visit.id, Companion.person_id == person_id, Companion.answer != NO)
    return sa.and_(Visit.teacher_id != person_id, ~along)
