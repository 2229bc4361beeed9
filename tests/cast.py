"""The named cast of the tests: one small invented school whose people are bound and consenting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import periodic
from models.consent import PURPOSES, TEXT_VERSION, Consent
from models.identity import Binding, Identity
from models.person import HOMEROOM, STUDENT_AFFAIRS, SUBJECT, Person, Role
from models.school import School, SchoolClass
from models.student import Guardianship, Student
from models.visit import Visit
from models.visit_life import AT_HOME, GUARDIAN, Actor
from models.visit_plan import Plan

ZONE = ZoneInfo("Asia/Shanghai")
#: Long before anything that a test looks at.
EARLIER = datetime(2026, 9, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    """A moment of the school's wall clock: `11-28 15:00` of 2026, as an aware moment."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE).astimezone(UTC)


@dataclass(frozen=True)
class Cast:
    """Who plays: three teachers, one student, both parents."""

    session: Session
    school: School
    school_class: SchoolClass
    wang: Person  #: 王敏, subject teacher
    chen: Person  #: 陈静, homeroom teacher
    zhou: Person  #: 周建国, student affairs
    ming: Student  #: 张小明
    mother: Person
    father: Person

    def visit(self, starts: str, proposed: str = "09-02 08:00", **more: Any) -> Visit:
        """A visit of 王敏's that was proposed to the family of 张小明."""
        plan = Plan(more.pop("teacher", self.wang), more.pop("student", self.ming), at(starts), **more)
        return Visit.propose(self.session, plan, at(proposed))

    def confirmed(self, starts: str, confirmed: str = "09-03 08:00", **more: Any) -> Visit:
        """One that the mother has confirmed."""
        visit = self.visit(starts, confirmed, **more)
        visit.confirm(self.session, self.by_mother, at(confirmed))
        self.session.flush()
        return visit

    def held(self, starts: str, held: str, **more: Any) -> Visit:
        """One that took place and ended at that moment."""
        visit = self.confirmed(starts, **more)
        if visit.form == AT_HOME:
            visit.check_in(self.session, self.by_teacher, visit.starts_at)
            visit.check_out(self.session, self.by_teacher, at(held))
        else:
            visit.hold(self.session, self.by_teacher, at(held))
        self.session.flush()
        return visit

    @property
    def by_mother(self) -> Actor:
        return Actor(GUARDIAN, self.mother.id)

    @property
    def by_teacher(self) -> Actor:
        return Actor("teacher", self.wang.id)

    def who(self, person_id: int) -> str:
        """The name by which tests speak of a person."""
        people = ("wang", "chen", "zhou", "mother", "father")
        return next((n for n in people if getattr(self, n).id == person_id), f"person {person_id}")


def enter(session: Session, key: str = "test") -> Cast:
    """The cast's rows."""
    school = School(key=key, name="试验小学", account="demo")
    session.add(school)
    session.flush()
    school_class = SchoolClass(school_id=school.id, name="三(2)班", grade="三年级")
    session.add(school_class)
    session.flush()
    wang = staff(session, school, "王敏", Role(name=SUBJECT, class_id=school_class.id, subject="英语"))
    chen = staff(session, school, "陈静", Role(name=HOMEROOM, class_id=school_class.id))
    zhou = staff(session, school, "周建国", Role(name=STUDENT_AFFAIRS))
    ming = pupil(session, school_class, "20230207", "张小明")
    mother, father = guardian(session, ming, "妈妈", 0), guardian(session, ming, "爸爸", 1)
    return Cast(session, school, school_class, wang, chen, zhou, ming, mother, father)


def without_weeks(session: Session, school: School) -> None:
    """The autumn's weekly messages are as good as sent, for whoever looks at something else."""
    for week in range(36, 54):
        periodic.take(session, f"coverage.weekly.{school.id}", f"2026-W{week}", EARLIER)


def staff(session: Session, school: School, name: str, *roles: Role) -> Person:
    """Somebody who works at the school, bound."""
    person = Person.new(school, name, number=f"T-{name}")
    person.roles = list(roles)
    session.add(person)
    session.flush()
    bind(session, person)
    return person


def mentor(school_class: SchoolClass) -> Role:
    """The role of one more teacher of the class."""
    return Role(name=SUBJECT, class_id=school_class.id)


def pupil(session: Session, school_class: SchoolClass, number: str, name: str) -> Student:
    student = Student.new(school_class.school, school_class, number, name)
    session.add(student)
    session.flush()
    return student


def guardian(session: Session, student: Student, relation: str, rank: int) -> Person:
    """A guardian who is bound and has consented to everything."""
    person = Person.new(student.school, f"{student.name}{relation}")
    session.add(person)
    session.flush()
    session.add(Guardianship(student_id=student.id, person_id=person.id, relation=relation, rank=rank))
    bind(session, person)
    consent(session, person, student, *PURPOSES)
    return person


def sibling(cast: Cast, number: str, name: str, *guardians: Person) -> Student:
    """A child of the class who has these guardians; they have consented for it, too."""
    child = pupil(cast.session, cast.school_class, number, name)
    for rank, person in enumerate(guardians):
        relation = next(g.relation for g in cast.ming.guardianships if g.person_id == person.id)
        cast.session.add(Guardianship(student_id=child.id, person_id=person.id, relation=relation, rank=rank))
        consent(cast.session, person, child, *PURPOSES)
    cast.session.flush()
    return child


def bind(session: Session, person: Person) -> Identity:
    identity = Identity.reached(session, "demo", f"openid-of-{person.id}")
    session.add(Binding(identity_id=identity.id, person_id=person.id, bound_at=EARLIER))
    session.flush()
    return identity


def consent(session: Session, person: Person, student: Student, *purposes: str) -> None:
    for purpose in purposes:
        row = Consent(school_id=student.school_id, person_id=person.id, student_id=student.id, purpose=purpose)
        row.text_version, row.given_at, row.channel = TEXT_VERSION, EARLIER, "chat"
        session.add(row)
    session.flush()
