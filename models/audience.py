"""Who is told what about a visit (rulings 4, 16, 18): bound, consenting, not muted, not opted out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.consent import VISITS, Consent
from models.identity import Binding, Identity
from models.person import Person, Role
from models.school import School, SchoolClass, pilots
from models.student import Guardianship, Student
from models.visit import Visit
from models.visit_sibling import VisitSibling
from models.whole import Whole, fill, fill_lists


def guardians(session: Session, student: Student, purpose: str = VISITS) -> list[Guardianship]:
    """Everybody entitled to hear of the student's visits, in the roster's order."""
    whose = {"student": student.id, "account": student.school.account, "purpose": purpose}
    read = _TOLD.read(session, _guardians(tuple(pilots().items())), whose)
    fill_lists("roles", ((person, role) for _, person, role in read))
    for tie, person, _ in read:
        fill(tie, "person", person)
    return list(dict.fromkeys(tie for tie, _, _ in read))


_TOLD = Whole(Guardianship, Person, Role)


@cache
def _guardians(trying: tuple[tuple[str, tuple[str, ...]], ...]) -> sa.Select[*tuple[Any, ...]]:
    """Asked for every announcement: made once for the schools that are `trying` it out."""
    query = (
        sa.select(*_TOLD.columns)
        .select_from(Guardianship.__table__)
        .join(Person, Person.id == Guardianship.person_id)
        .outerjoin(Role, Role.person_id == Person.id)
        .where(Guardianship.student_id == sa.bindparam("student"))
        .where(*_entitled(sa.bindparam("account"), sa.bindparam("purpose"), trying))
    )
    return query.order_by(Guardianship.rank, Role.id)


def hearing(session: Session, students: Sequence[Student], purpose: str = VISITS) -> dict[Person, list[Student]]:
    """Who may hear of a visit to these siblings, and of which of them; who may hear of all of them comes first.

    Nobody whom the roster mutes (不通知) for any of them; consent counts child by child.
    """
    muted = {tie.person_id for student in students for tie in student.guardianships if tie.muted}
    found: dict[Person, list[Student]] = {}
    for student in students:
        for tie in guardians(session, student, purpose):
            if tie.person_id not in muted:
                found.setdefault(tie.person, []).append(student)
    return dict(sorted(found.items(), key=lambda heard: len(heard[1]) < len(students)))


class Entitled(NamedTuple):
    """A guardian who may be told of a child's visits, as far as a list of many needs to know her."""

    person_id: int
    stopped: bool  #: wants no reminders (rulings 18)
    surveys_stopped: bool
    of_all: bool = True  #: may hear of every child of the visit, not only of some


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


def households(
    session: Session, whose: Mapping[int, Sequence[int]], purpose: str = VISITS
) -> dict[int, list[Entitled]]:
    """The same by visit, where `whose` names the children of each; who may hear of all of them comes first."""
    found = families(session, {child for children in whose.values() for child in children}, purpose)
    muted = _muted(session, [child for children in whose.values() if len(children) > 1 for child in children])
    return {
        visit_id: _of_siblings([found.get(c, []) for c in children], {p for c in children for p in muted.get(c, ())})
        for visit_id, children in whose.items()
    }


def _of_siblings(heard: Sequence[Sequence[Entitled]], muted: set[int]) -> list[Entitled]:
    if len(heard) == 1:
        return list(heard[0])
    times = Counter(one.person_id for each in heard for one in each)
    known = {one.person_id: one for each in heard for one in each if one.person_id not in muted}
    whole = [one._replace(of_all=times[person_id] == len(heard)) for person_id, one in known.items()]
    return sorted(whole, key=lambda one: not one.of_all)


def _muted(session: Session, student_ids: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    if student_ids:
        query = sa.select(Guardianship.student_id, Guardianship.person_id).where(Guardianship.muted)
        for student_id, person_id in session.execute(query.where(Guardianship.student_id.in_(student_ids))):
            found.setdefault(student_id, set()).add(person_id)
    return found


def home_reached(purpose: str = VISITS) -> sa.ColumnElement[bool]:
    """The condition that somebody may hear of a child of the visit.

    It is asked row by row: for an EXISTS PostgreSQL would first put all families of the district together.
    """
    further = sa.exists().where(VisitSibling.visit_id == Visit.id, _anybody(VisitSibling.student_id, purpose))
    return sa.or_(_anybody(Visit.student_id, purpose), further)


def _anybody(student_id: Any, purpose: str) -> sa.ColumnElement[bool]:
    first = _guardians_of(student_id, purpose).with_only_columns(sa.func.min(Guardianship.id))
    return first.scalar_subquery().is_not(None)


def reached(student_id: sa.orm.InstrumentedAttribute[int], purpose: str = VISITS) -> sa.ColumnElement[bool]:
    """The condition that the student has an entitled guardian at all."""
    return _guardians_of(student_id, purpose).exists()


def _guardians_of(student_id: Any, purpose: str) -> sa.Select[int]:
    query = _of_students(sa.select(Guardianship.id)).where(Guardianship.student_id == student_id)
    return query.where(*_entitled(School.account, purpose))


def _of_students(query: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    return (
        query.join(Person, Person.id == Guardianship.person_id)
        .join(Student, Student.id == Guardianship.student_id)
        .join(School, School.id == Student.school_id)
    )


def _entitled(
    account: sa.BindParameter[str] | sa.orm.InstrumentedAttribute[str],
    purpose: str | sa.BindParameter[str],
    trying: Iterable[tuple[str, tuple[str, ...]]] | None = None,
) -> tuple[sa.ColumnElement[bool], ...]:
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
    return (
        Guardianship.muted.is_(False),
        Person.left_at.is_(None),
        consents,
        bound,
        *_in_pilot(pilots().items() if trying is None else trying),
    )


def _in_pilot(trying: Iterable[tuple[str, tuple[str, ...]]]) -> list[sa.ColumnElement[bool]]:
    """While a school tries it out with some classes, families of the others are not written to."""
    outside = sa.select(Student.id).join(SchoolClass, SchoolClass.id == Student.class_id)
    outside = outside.join(School, School.id == Student.school_id)
    return [
        Guardianship.student_id.not_in(outside.where(School.key == key, SchoolClass.name.not_in(classes)))
        for key, classes in trying
    ]


def outside_pilot(student: Student) -> bool:
    """Whether the school tries it out, and not with this child's class."""
    classes = pilots().get(student.school.key)
    return classes is not None and student.school_class.name not in classes


def announced_to(session: Session, *students: Student) -> list[Person]:
    """To whom a proposal goes: all entitled guardians, or the first, as the school's policy says."""
    found = [person for person in hearing(session, students) if person.stopped_at is None]
    return found[:1] if students[0].school.policy.ask == "main" else found


def answering(session: Session, *students: Student) -> list[Person]:
    """Who of them can answer for the family: who may hear of every child of the visit."""
    heard = hearing(session, students)
    return [person for person in announced_to(session, *students) if len(heard[person]) == len(students)]


def asked_of(session: Session, *students: Student) -> list[Person]:
    """Who reads the proposal; nobody where nobody could answer it for all of these siblings."""
    return announced_to(session, *students) if answering(session, *students) else []


def children_for(session: Session, visit: Visit, person: Person) -> list[Student]:
    """Of which children of the visit somebody reads; never none, whether she may hear of it is asked elsewhere.

    A guardian reads of her own, whoever goes there of all, and others on staff of those whom they teach or lead.
    """
    if not visit.household or person.id in {visit.teacher_id, *(c.person_id for c in visit.companions)}:
        return visit.students
    if person.on_staff:
        return [s for s in visit.students if s.in_reach_of(person)] or visit.students
    own = [tie.student for tie in visit.ties if tie.person_id == person.id]
    return hearing(session, visit.students).get(person) or own or [visit.student]


def may_answer(session: Session, visit: Visit, person: Person) -> bool:
    """Whether the guardian can speak for the whole family: one appointment cannot be taken for one child alone."""
    return not visit.household or len(hearing(session, visit.students).get(person, [])) == len(visit.students)


def main_contact(session: Session, *students: Student) -> Guardianship | None:
    """The first guardian of the roster who may be told (rulings 25); of siblings one whom all of them have, if any."""
    query = sa.select(Guardianship).where(Guardianship.student_id == students[0].id, Guardianship.muted.is_(False))
    found = list(session.scalars(query.order_by(Guardianship.rank)))
    others = [{tie.person_id for tie in s.guardianships if not tie.muted} for s in students[1:]]
    shared = [tie for tie in found if all(tie.person_id in ids for ids in others)]
    return next(iter(shared or found), None)


def answering_guardian(session: Session, visit: Visit) -> Person | None:
    """Who is reminded and asked afterwards: who answered, else the first entitled one."""
    entitled = list(hearing(session, visit.students))
    if visit.confirmed_by_id is not None:
        return next((p for p in entitled if p.id == visit.confirmed_by_id), None) or next(iter(entitled), None)
    return next(iter(entitled), None)


def relation(session: Session, student_id: int, person_id: int) -> Guardianship | None:
    """What the person is to the student; none when the roster knows no tie or says 不通知."""
    query = sa.select(Guardianship).where(
        Guardianship.student_id == student_id, Guardianship.person_id == person_id, Guardianship.muted.is_(False)
    )
    return session.scalars(query).first()
