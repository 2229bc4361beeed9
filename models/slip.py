"""Slips with binding codes, for handing out: one for everybody who is not bound yet (rulings 16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import code
from models.identity import Binding
from models.person import Person, Role
from models.school import School, SchoolClass
from models.student import Guardianship, Student


@dataclass(frozen=True)
class Slip:
    """One person's code and for whom it is."""

    person: Person
    class_name: str  #: empty for staff without a class
    children: tuple[tuple[str, str], ...]  #: name and relation; none for staff
    code: str


def issue_slips(session: Session, school: School, now: datetime, class_name: str | None = None) -> list[Slip]:
    """New codes for the unbound guardians and teachers of the school or one class.

    Who is marked 不通知 for every child gets none (rulings 4). Codes handed out before are void.
    """
    families = _families(session, school)
    if class_name:
        families = {p: rows for p, rows in families.items() if any(row[0] == class_name for row in rows)}
    staff = _staff(session, school, class_name)
    people = [*families, *staff]
    codes = dict(zip(people, code.issue_all(session, people, now), strict=True))
    slips = [_slip(p, rows, class_name, codes[p]) for p, rows in families.items()]
    return slips + [Slip(p, name, (), codes[p]) for p, name in staff.items()]


def _slip(person: Person, rows: list[tuple[str, str, str]], class_name: str | None, issued: str) -> Slip:
    return Slip(person, class_name or rows[0][0], tuple((name, relation) for _, name, relation in rows), issued)


def _families(session: Session, school: School) -> dict[Person, list[tuple[str, str, str]]]:
    query = (
        sa.select(Person, SchoolClass.name, Student.name, Guardianship.relation)
        .join(Guardianship, Guardianship.person_id == Person.id)
        .join(Student, Guardianship.student_id == Student.id)
        .join(SchoolClass, Student.class_id == SchoolClass.id)
        .where(Student.school_id == school.id, Student.left_at.is_(None), Guardianship.muted.is_(False), _unbound())
        .order_by(SchoolClass.id, Student.number, Guardianship.rank)
    )
    families: dict[Person, list[tuple[str, str, str]]] = {}
    for person, class_name, student, relation in session.execute(query):
        families.setdefault(person, []).append((class_name, student, relation))
    return families


def _staff(session: Session, school: School, class_name: str | None) -> dict[Person, str]:
    query = (
        sa.select(Person, sa.func.min(SchoolClass.name))
        .join(Role, Role.person_id == Person.id)
        .outerjoin(SchoolClass, Role.class_id == SchoolClass.id)
        .where(Person.school_id == school.id, Person.left_at.is_(None), _unbound())
        .group_by(Person.id)
        .order_by(Person.id)
    )
    if class_name:
        query = query.where(SchoolClass.name == class_name)
    return {person: class_name or "" for person, _ in session.execute(query)}


def _unbound() -> sa.ColumnElement[bool]:
    return Person.id.not_in(sa.select(Binding.person_id))
