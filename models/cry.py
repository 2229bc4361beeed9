"""A cry for help goes from leader to leader until one of them has taken it up (rulings 41)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.note import Note
from models.notification import SAFETY, Notification, Owed, owe
from models.person import GRADE_HEAD, Person, Role
from models.school import SchoolClass
from models.student import Guardianship, Student

FIRST, NEXT, AGAIN = "", "next", "again"  #: the slot of an alert: to whom it went, and as which


def kind_of(note: Note) -> str:
    """The alert's: of a teacher on a visit, or of anybody."""
    return "safety.cry" if note.visit_id is None else "safety.visit"


def told(session: Session, note: Note) -> list[int]:
    """Everybody who was alerted."""
    alerts = sa.select(Notification.person_id).where(
        Notification.kind == kind_of(note), Notification.subject_id == note.id
    )
    return sorted(set(session.scalars(alerts)))


def pass_on(session: Session, note: Note, slot: str, now: datetime) -> list[Owed]:
    """To the next leaders, who lead the child's grade where the child is known; with nobody next, to the same again."""
    before = told(session, note)
    people = [p for p in _grade_heads(session, note) if p not in before] if slot == NEXT else []
    return [
        Owed(note.school_id, kind_of(note), note.id, person, now, slot=slot, priority=SAFETY)
        for person in people or before
    ]


def _grade_heads(session: Session, note: Note) -> list[int]:
    query = sa.select(Person.id, Role.grade).join(Role).where(Person.school_id == note.school_id)
    heads = session.execute(query.where(Role.name == GRADE_HEAD, Person.left_at.is_(None)).order_by(Person.id)).all()
    grades = _grades(session, note)
    own = [person for person, grade in heads if grade is None or grade in grades]
    return own or [person for person, _ in heads]


def _grades(session: Session, note: Note) -> set[str]:
    tied = sa.select(Guardianship.student_id).where(Guardianship.person_id == note.person_id)
    query = sa.select(SchoolClass.grade).join(Student, Student.class_id == SchoolClass.id)
    return set(session.scalars(query.where(sa.or_(Student.id == note.student_id, Student.id.in_(tied)))))


def take_up(session: Session, note: Note, person: Person, now: datetime) -> bool:
    """Somebody sees to it: it goes no further, and the others who were alerted hear who it is. False: taken already."""
    if note.taken_by_id is not None:
        return False
    note.seen_at, note.taken_by_id = note.seen_at or now, person.id
    others = [p for p in told(session, note) if p != person.id]
    owe(session, [Owed(note.school_id, "safety.taken", note.id, p, now, priority=SAFETY) for p in others], now)
    return True


def seen(note: Note, now: datetime) -> None:
    """A leader has read it whole, or all is well: it goes no further."""
    note.seen_at = note.seen_at or now
