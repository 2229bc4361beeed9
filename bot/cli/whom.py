"""Who is meant by a name on the command line: somebody of the staff, a guardian, or a student's whole family."""

from __future__ import annotations

from collections.abc import Sequence

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.cli.show_student import pick_student
from models.person import Person
from models.school import School
from models.student import Guardianship, Student


def people_meant(session: Session, school: School, name: str, class_name: str | None) -> list[Person]:
    """One person, also as `张小明妈妈`, or all guardians of a student; `ClickException` lists the candidates."""
    named = [] if class_name or "@" in name else _named(session, school, name)
    if len(named) == 1:
        return named
    if named:
        known = ", ".join(_about(session, person) for person in named)
        raise click.ClickException(f"{name}: one of {known}")
    tied = _tied(session, school, name, class_name)
    if tied:
        return [tied]
    student = pick_student(session, school, name, class_name)
    return [g.person for g in student.guardianships]


def _named(session: Session, school: School, name: str) -> list[Person]:
    """By name or staff number; staff comes before guardians of the same name, who is here before who left."""
    meant = sa.or_(Person.name == name, Person.number == name)
    found = list(session.scalars(sa.select(Person).where(Person.school_id == school.id, meant).order_by(Person.id)))
    here = [p for p in found if p.left_at is None] or found
    return [p for p in here if p.on_staff] or here


def _about(session: Session, person: Person) -> str:
    if person.number:
        return person.number
    ties = session.scalars(sa.select(Guardianship).where(Guardianship.person_id == person.id)).all()
    return " ".join(f"{g.student.name}@{g.student.school_class.name}{g.relation}" for g in ties) or f"{person.id}"


def _tied(session: Session, school: School, name: str, class_name: str | None) -> Person | None:
    """The guardian whom `张小明妈妈` or `张伟@三(1)班妈妈` names."""
    query = (
        sa.select(Guardianship)
        .join(Student, Student.id == Guardianship.student_id)
        .where(Student.school_id == school.id, sa.literal(name).startswith(Student.name))
    )
    ties: Sequence[Guardianship] = session.scalars(query.order_by(Guardianship.rank)).all()
    meant = [tie for tie in ties if name.endswith(tie.relation) and _between(tie, name) is not None]
    if not meant:
        return None
    between = _between(meant[0], name) or ""
    student = pick_student(session, school, meant[0].student.name, class_name or between or None)
    return next((tie.person for tie in meant if tie.student_id == student.id), None)


def _between(tie: Guardianship, name: str) -> str | None:
    """The class that stands between student and relation; none when something else does."""
    rest = name.removeprefix(tie.student.name).removesuffix(tie.relation)
    return rest[1:] if rest.startswith("@") else "" if not rest else None
