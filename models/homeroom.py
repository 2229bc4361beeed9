"""Who leads a class (班主任): one teacher hands it to another."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import Refused
from models.history import History
from models.person import HOMEROOM, TEACHER, Person, Role
from models.school import School, SchoolClass
from models.student import Student
from models.visit import Visit
from models.visit_life import OPEN


def led_by(session: Session, school_class: SchoolClass) -> list[Person]:
    """Who leads the class now; more than one where the roster says so."""
    query = sa.select(Person).where(Person.roles.any(_leads(school_class)), Person.left_at.is_(None))
    return list(session.scalars(query.order_by(Person.id)))


def _leads(school_class: SchoolClass) -> sa.ColumnElement[bool]:
    return sa.and_(Role.name == HOMEROOM, Role.class_id == school_class.id)


def hand_over(session: Session, school: School, school_class: SchoolClass, to: Person, now: datetime) -> list[Person]:
    """The class goes to this teacher; returns who led it until now. What else they do for the class they still do.

    Visits stay with the teacher who arranged them.
    """
    if to.left_at is not None or not to.on_staff:
        raise Refused("homeroom_no_teacher", name=to.name)
    before = [person for person in led_by(session, school_class) if person is not to]
    if not before and to in led_by(session, school_class):
        raise Refused("homeroom_already", name=to.name)
    for person in before:
        give_up(person, school_class.id)
    if not any(role.name == HOMEROOM and role.class_id == school_class.id for role in to.roles):
        to.roles.append(Role(name=HOMEROOM, class_id=school_class.id))
    school.roster_version += 1
    deed = History(school_id=school.id, at=now, verb="homeroom", subject="school_class", subject_id=school_class.id)
    session.add(deed)
    session.flush()
    return before


def give_up(person: Person, class_id: int) -> None:
    """Leads the class no longer; who has nothing else to do is a teacher still."""
    kept = [role for role in person.roles if (role.name, role.class_id) != (HOMEROOM, class_id)]
    person.roles = kept or [Role(name=TEACHER)]


def arranged(session: Session, school_class: SchoolClass, by: list[Person]) -> int:
    """How many open visits to the class these teachers have arranged; they remain theirs."""
    query = sa.select(sa.func.count()).select_from(Visit).join(Student, Student.id == Visit.student_id)
    query = query.where(Student.class_id == school_class.id, Visit.state.in_(OPEN))
    return session.scalar(query.where(Visit.teacher_id.in_([p.id for p in by]))) or 0
