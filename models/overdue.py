"""Records that should be in by now (逾期记录): one's own, and those of the class or grade that one leads (R1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, lazyload

from models.duties import Duties
from models.person import Person
from models.student import Student
from models.visit import Visit
from models.visit_life import HELD


def overdue(session: Session, person: Person, now: datetime) -> list[Visit]:
    """The visits whose record is overdue, the longest first; a visit stays `held` until its record is in."""
    held_until = now - timedelta(hours=person.school.policy.record_due_hours)
    query = (
        sa.select(Visit)
        .join(Student, Student.id == Visit.student_id)
        .where(Visit.school_id == person.school_id, Visit.state == HELD, Visit.held_at <= held_until)
        .where(sa.or_(Visit.teacher_id == person.id, Duties.of(person).led()))
        .options(joinedload(Visit.student), joinedload(Visit.teacher).options(lazyload(Person.roles)))
    )
    return list(session.scalars(query.order_by(Visit.held_at, Visit.id)))
