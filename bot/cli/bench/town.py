"""A large invented school to measure with: classes of twenty, everybody bound and consenting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from bot.sandbox.cast import bind_everybody, openid_of
from bot.sandbox.demo import demo_roster
from models.person import HOMEROOM, Person, Role
from models.school import School, SchoolClass
from models.student import Guardianship, Student
from models.visit import Visit
from models.visit_plan import Plan

SEATS = 20
ACCOUNT = "demo"


@dataclass(frozen=True)
class Family:
    """A student with both parents and the teacher who comes."""

    student: Student
    teacher: Person
    mother: Person
    openid: str  #: the mother's


def names(many: int) -> list[str]:
    """So many different students' names: surnames and given names of the demo school, mixed anew."""
    known = [line.name for line in demo_roster().students]
    mixed = (surname[0] + given[1:] for given in known for surname in known)
    return list(islice(dict.fromkeys(mixed), many))


def settle(session: Session, students: int, now: datetime) -> list[Family]:
    """Puts the school into an empty database."""
    school = School(key=ACCOUNT, name=ACCOUNT, account=ACCOUNT, timezone="Asia/Shanghai")
    session.add(school)
    session.flush()
    rows = list(_rows(session, school, names(students)))
    bind_everybody(session, school, ACCOUNT, now)
    return [Family(student, teacher, mother, openid_of(school, mother.id)) for student, teacher, mother in rows]


def _rows(session: Session, school: School, called: list[str]) -> Iterator[tuple[Student, Person, Person]]:
    relations = list(dict.fromkeys(g.relation for line in demo_roster().students for g in line.guardians))[:2]
    for first in range(0, len(called), SEATS):
        room = SchoolClass(school_id=school.id, name=f"{first // SEATS + 1}", grade="")
        session.add(room)
        session.flush()
        teacher = Person.new(school, called[-1 - first // SEATS], f"T{first}")
        teacher.roles = [Role(name=HOMEROOM, class_id=room.id)]
        session.add(teacher)
        pupils = [_pupil(school, room, first + n, name) for n, name in enumerate(called[first : first + SEATS])]
        parents = [[_parent(school, p.name + relation) for relation in relations] for p in pupils]
        session.add_all([*pupils, *(person for pair in parents for person in pair)])
        session.flush()
        for pupil, pair in zip(pupils, parents, strict=True):
            for rank, (person, relation) in enumerate(zip(pair, relations, strict=True)):
                tie = Guardianship(student_id=pupil.id, person_id=person.id, relation=relation, rank=rank)
                session.add(tie)
            yield pupil, teacher, pair[0]
    session.flush()


def _pupil(school: School, room: SchoolClass, number: int, name: str) -> Student:
    student = Student.new(school, room, f"{number:06}", name)
    student.address = f"{number} {name}"
    return student


def _parent(school: School, name: str) -> Person:
    return Person.new(school, name, phone="19900000000")


def propose(session: Session, families: list[Family], now: datetime) -> list[Visit]:
    """Every family is asked; no two visits of a teacher touch."""
    visits = []
    for number, family in enumerate(families):
        starts_at = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=3, hours=3 * (number % SEATS))
        visits.append(Visit.propose(session, Plan(family.teacher, family.student, starts_at), now))
    return visits
