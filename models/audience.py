"""Who is told what about a visit (rulings 4, 16, 18): bound, consenting, not muted, not opted out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.consent import VISITS, Consent
from models.identity import Binding, Identity
from models.person import Person
from models.school import School, SchoolClass, pilots
from models.student import Guardianship, Student
from models.visit import Visit


def guardians(session: Session, student: Student, purpose: str = VISITS) -> list[Guardianship]:
    """Everybody entitled to hear of the student's visits, in the roster's order."""
    query = (
        sa.select(Guardianship)
        .join(Person, Person.id == Guardianship.person_id)
        .where(Guardianship.student_id == student.id, *_entitled(student.school.account, purpose))
        .options(sa.orm.joinedload(Guardianship.person).joinedload(Person.roles))
    )
    return list(session.scalars(query.order_by(Guardianship.rank)).unique())


class Entitled(NamedTuple):
    """A guardian who may be told of a child's visits, as far as a list of many needs to know her."""

    person_id: int
    stopped: bool  #: wants no reminders (rulings 18)
    surveys_stopped: bool


def families(session: Session, student_ids: Iterable[int], purpose: str = VISITS) -> dict[int, list[Entitled]]:
    """The same for many students in a few questions, by student, in the roster's order."""
    query = (
        _of_students(sa.select(Guardianship.student_id, Person.id, Person.stopped_at, Person.surveys_stopped_at))
        .where(*_entitled(School.account, purpose))
        .order_by(Guardianship.student_id, Guardianship.rank)
    )
    wanted, found = sorted(set(student_ids)), dict[int, list[Entitled]]()
    for start in range(0, len(wanted), 500):
        some = query.where(Guardianship.student_id.in_(wanted[start : start + 500]))
        for student_id, person_id, stopped, surveys_stopped in session.execute(some):
            found.setdefault(student_id, []).append(Entitled(person_id, bool(stopped), bool(surveys_stopped)))
    return found


def reached(student_id: sa.orm.InstrumentedAttribute[int], purpose: str = VISITS) -> sa.ColumnElement[bool]:
    """The condition that the student has an entitled guardian at all."""
    query = _of_students(sa.select(Guardianship.id)).where(Guardianship.student_id == student_id)
    return query.where(*_entitled(School.account, purpose)).exists()


def _of_students(query: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    return (
        query.join(Person, Person.id == Guardianship.person_id)
        .join(Student, Student.id == Guardianship.student_id)
        .join(School, School.id == Student.school_id)
    )


def _entitled(account: str | sa.orm.InstrumentedAttribute[str], purpose: str) -> tuple[sa.ColumnElement[bool], ...]:
    consents = sa.exists().where(
        Consent.person_id == Guardianship.person_id,
        Consent.student_id == Guardianship.student_id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )
    bound = sa.exists().where(
        Binding.person_id == Guardianship.person_id,
        Identity.id == Binding.identity_id,
        Identity.account == account,
        Identity.following,
    )
    return Guardianship.muted.is_(False), Person.left_at.is_(None), consents, bound, *_in_pilot()


def _in_pilot() -> list[sa.ColumnElement[bool]]:
    """While a school tries it out with some classes, families of the others are not written to."""
    outside = sa.select(Student.id).join(SchoolClass, SchoolClass.id == Student.class_id)
    outside = outside.join(School, School.id == Student.school_id)
    return [
        Guardianship.student_id.not_in(outside.where(School.key == key, SchoolClass.name.not_in(classes)))
        for key, classes in pilots().items()
    ]


def outside_pilot(student: Student) -> bool:
    """Whether the school tries it out, and not with this child's class."""
    classes = pilots().get(student.school.key)
    return classes is not None and student.school_class.name not in classes


def announced_to(session: Session, student: Student) -> list[Person]:
    """To whom a proposal goes: all entitled guardians, or the first, as the school's policy says."""
    found = [g.person for g in guardians(session, student) if g.person.stopped_at is None]
    return found[:1] if student.school.policy.ask == "main" else found


def main_contact(session: Session, student: Student) -> Guardianship | None:
    """The first guardian of the roster who may be told (rulings 25)."""
    query = sa.select(Guardianship).where(Guardianship.student_id == student.id, Guardianship.muted.is_(False))
    return session.scalars(query.order_by(Guardianship.rank)).first()


def answering_guardian(session: Session, visit: Visit) -> Person | None:
    """Who is reminded and asked afterwards: who answered, else the first entitled one."""
    entitled = [g.person for g in guardians(session, visit.student)]
    if visit.confirmed_by_id is not None:
        return next((p for p in entitled if p.id == visit.confirmed_by_id), None) or next(iter(entitled), None)
    return next(iter(entitled), None)


def relation(session: Session, student_id: int, person_id: int) -> Guardianship | None:
    """What the person is to the student; none when the roster knows no tie or says 不通知."""
    query = sa.select(Guardianship).where(
        Guardianship.student_id == student_id, Guardianship.person_id == person_id, Guardianship.muted.is_(False)
    )
    return session.scalars(query).first()
