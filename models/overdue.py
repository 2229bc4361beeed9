"""Records that should be in by now (逾期记录): one's own, and those of the class or grade that one leads (R1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, lazyload

from models.coverage import of_each_child
from models.duties import Duties
from models.person import Person
from models.record import Record
from models.student import Student
from models.visit import Visit
from models.visit_life import HELD


class OfChild(NamedTuple):
    """A visit, and one of the children whom it concerns."""

    visit: Visit
    child: Student


def overdue(session: Session, person: Person, now: datetime) -> list[OfChild]:
    """What is overdue, the longest first: her own, and of children whom she leads."""
    held_until = now - timedelta(hours=person.school.policy.record_due_hours)
    whose = sa.or_(Visit.teacher_id == person.id, Duties.of(person).led())
    return overdue_of(session, sa.and_(Visit.school_id == person.school_id, whose), held_until)


def overdue_of(session: Session, whose: sa.ColumnElement[bool], held_until: datetime) -> list[OfChild]:
    """Of these visits or children what should be in, for visits held until then."""
    query = sa.select(Visit, Student).select_from(Visit).where(missing(held_until)).options(_TEACHER)
    found = [OfChild(*row) for each in of_each_child(query) for row in session.execute(each.where(whose))]
    return sorted(found, key=lambda o: (o.visit.held_at or held_until, o.visit.id, o.child.id))


def missing(held_until: datetime) -> sa.ColumnElement[bool]:
    """The condition that the child's record is not in, of a visit held until then; that long it stays `held`."""
    given = sa.exists().where(Record.visit_id == Visit.id, Record.student_id == Student.id, Record.submitted)
    return sa.and_(Visit.state == HELD, Visit.held_at <= held_until, ~given)


#: Whether she teaches elsewhere, too, is asked for only where it matters.
_TEACHER = joinedload(Visit.teacher).options(lazyload(Person.roles))
