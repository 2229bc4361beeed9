"""The step into the next school year (升级): classes go up, the oldest leave, everything else stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from models import periodic, telling
from models.errors import Refused
from models.history import History
from models.person import TEACHER, Person, Role
from models.roster.leaving import follow, leave
from models.school import School, SchoolClass
from models.student import Student
from models.visit import Visit
from models.visit_life import CONFIRMED, OPEN, PROPOSED, Actor
from models.visit_life import TEACHER as TEACHES

#: In the summer it means the year to come, in the autumn the one that has begun; in between nobody can mean it.
AHEAD, BEHIND = timedelta(days=62), timedelta(days=100)
#: A roster imported so shortly before or since may have the new classes already.
FRESH = timedelta(days=62)
_RUN = "year.roll"


@dataclass(frozen=True)
class Step:
    """What becomes of one class: another name and grade, or the end."""

    school_class: SchoolClass
    name: str
    grade: str
    leaves: bool = False


@dataclass
class Rollover:
    """All that the step would do, before anything of it is done."""

    year: int  #: the school year that begins in it
    steps: list[Step]
    unclear: list[SchoolClass]  #: whose grade nobody can read: left as they are
    grades: Mapping[str, str]  #: of grade heads: before -> after, empty where the grade leaves
    heads: list[tuple[Person, str, str]] = field(default_factory=list)
    without: list[Person] = field(default_factory=list)  #: staff who lose their last duty
    sizes: dict[int, int] = field(default_factory=dict)  #: students by class
    visits: list[Visit] = field(default_factory=list)  #: open ones of leavers
    imported: bool = False  #: a roster came lately: perhaps with the new classes

    @property
    def leaving(self) -> set[int]:
        return {step.school_class.id for step in self.steps if step.leaves}


def year_meant(school: School, today: date) -> int:
    """The school year into which classes would go up today; `Refused` in the middle of one."""
    first, last = school.school_year(today)
    lessons = school.term(today).lessons_until
    if lessons is not None and last - today <= AHEAD and today <= lessons:
        raise Refused("year_lessons", until=lessons)
    if last - today <= AHEAD:
        return (last + timedelta(days=1)).year
    if today - first <= BEHIND:
        return first.year
    raise Refused("year_midway")


def rolled(session: Session, school: School, year: int) -> bool:
    """Whether the classes have gone up into that year already."""
    return session.get(periodic.PeriodicRun, (_RUN, f"{school.key} {year}")) is not None


def open_classes(session: Session, school: School) -> list[SchoolClass]:
    """The classes that have not left, in the order of the roster."""
    query = sa.select(SchoolClass).where(SchoolClass.school_id == school.id, SchoolClass.closed_at.is_(None))
    return list(session.scalars(query.order_by(SchoolClass.id)))


def look_up(session: Session, school: School, plan: Rollover, now: datetime) -> None:
    """Looks up whom the plan concerns: students, grade heads, staff without a duty, open visits of leavers."""
    count = sa.select(Student.class_id, sa.func.count()).where(Student.school_id == school.id)
    grouped = count.where(Student.left_at.is_(None)).group_by(Student.class_id)
    plan.sizes = {row[0]: row[1] for row in session.execute(grouped)}
    query = sa.select(Person).where(Person.school_id == school.id, Person.roles.any()).order_by(Person.id)
    for person in session.scalars(query):
        led = [role.grade for role in person.roles if role.grade]
        plan.heads += [(person, grade, plan.grades[grade]) for grade in led if grade in plan.grades]
        if all(_ends(role, plan) for role in person.roles):
            plan.without.append(person)
    visits = sa.select(Visit).join(Student, Visit.student_id == Student.id)
    visits = visits.where(Student.class_id.in_(plan.leaving), Student.left_at.is_(None), Visit.state.in_(OPEN))
    found = session.scalars(visits.order_by(Visit.starts_at))
    # A household visit goes on for the brother or sister who stays.
    plan.visits = [visit for visit in found if all(child.class_id in plan.leaving for child in visit.students)]
    imports = sa.select(History.id).where(History.school_id == school.id, History.verb == "roster_import")
    plan.imported = session.scalar(imports.where(History.at > now - FRESH).limit(1)) is not None


def _ends(role: Role, plan: Rollover) -> bool:
    return role.class_id in plan.leaving or (role.grade is not None and plan.grades.get(role.grade) == "")


def roll(session: Session, school: School, plan: Rollover, now: datetime, cancel: bool = False) -> None:
    """Carries the plan out; the caller commits. `Refused("year_rolled")` when it was done for that year."""
    session.execute(sa.select(School.id).where(School.id == school.id).with_for_update())
    if not periodic.take(session, _RUN, f"{school.key} {plan.year}", now):
        raise Refused("year_rolled", year=plan.year)
    if cancel:
        _cancel(session, plan.visits, now)
    _leavers(session, plan, now)
    _duties(session, school, plan)
    _names(session, plan, now)
    school.roster_version += 1
    deed = History(school_id=school.id, at=now, verb="year_roll", subject="school", subject_id=school.id)
    session.add(deed)
    session.flush()


def _cancel(session: Session, visits: list[Visit], now: datetime) -> None:
    """The families leave with their children and hear nothing more from here: the teachers are asked to telephone."""
    for visit in visits:
        if visit.state == PROPOSED:
            visit.withdraw(session, Actor(TEACHES), now)
        elif visit.state == CONFIRMED:
            visit.cancel(session, Actor(TEACHES), now)
        else:
            continue
        telling.tell_teacher(session, visit, "visit.called_off", now, told=False)


def _leavers(session: Session, plan: Rollover, now: datetime) -> None:
    query = sa.select(Student).where(Student.class_id.in_(plan.leaving), Student.left_at.is_(None))
    students = session.scalars(query.order_by(Student.id).options(selectinload(Student.guardianships)))
    follow(session, {p for student in students for p in leave(session, student, "year_left", now)}, now)


def _duties(session: Session, school: School, plan: Rollover) -> None:
    """Duties to a class go up with it; those to what leaves end, and nobody stops being a teacher by that."""
    for person in session.scalars(sa.select(Person).where(Person.school_id == school.id, Person.roles.any())):
        staying = [role for role in person.roles if not _ends(role, plan)]
        for role in staying:
            role.grade = plan.grades.get(role.grade, role.grade) if role.grade else None
        if len(staying) < len(person.roles):
            person.roles = staying or [Role(name=TEACHER)]


def _names(session: Session, plan: Rollover, now: datetime) -> None:
    """In two strides, for 三(2)班 becomes what another class still is called."""
    for step in plan.steps:
        step.school_class.name = f"~{step.school_class.id}"
    session.flush()
    for step in plan.steps:
        step.school_class.name, step.school_class.grade = step.name, step.grade
        if step.leaves:
            step.school_class.closed_at = now
