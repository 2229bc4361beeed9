"""Visits that were held before the school began here: they count, and nothing follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from models import companion, history
from models.companion import Companion
from models.person import Person
from models.record import Record
from models.roster.lines import Fault, Place
from models.school import School
from models.student import Student
from models.visit import Visit
from models.visit_life import CLOSED, HELD, RECORDED

#: Older ones count nowhere.
LONG_AGO = timedelta(days=3 * 365)


@dataclass(frozen=True)
class HeldLine:
    """One row of the file."""

    place: Place
    number: str
    name: str
    class_name: str
    starts_at: datetime
    form: str
    teachers: tuple[str, ...]  #: names, or one staff number; the first held it, the others came along
    purpose: str = ""
    fields: tuple[tuple[str, str], ...] = ()  #: of the record


@dataclass(frozen=True)
class Entry:
    """One visit that is new to the school."""

    line: HeldLine
    student: Student
    teachers: tuple[Person, ...]


@dataclass
class HeldReport:
    """What an import would change or has changed."""

    added: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    same: int = 0  #: rows of an earlier import

    @property
    def errors(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.error]


def compare(session: Session, school: School, lines: Iterable[HeldLine], now: datetime) -> HeldReport:
    """What of it is new to the school, and what is wrong; touches no row."""
    report, school_people, seen = HeldReport(), _People(session, school), set()
    known = _known(session, school)
    for line in lines:
        try:
            entry = Entry(line, school_people.student(line), tuple(school_people.teachers(line)))
            _in_time(line, school, now)
        except _Wrong as wrong:
            report.faults.append(Fault(line.place, wrong.code, wrong.value))
            continue
        day = line.starts_at.astimezone(school.zone).date()
        key = (entry.student.id, day, line.form)
        if key in seen:
            report.faults.append(Fault(line.place, "visit_twice", error=False))
        elif key not in known:
            report.added.append(entry)
        elif known[key]:
            report.same += 1
        else:
            report.faults.append(Fault(line.place, "visit_known", entry.student.name, error=False))
        seen.add(key)
    return report


def take_in(session: Session, school: School, lines: Iterable[HeldLine], now: datetime) -> HeldReport:
    """Enters what is new; rows that are wrong are left out. The caller commits."""
    session.execute(sa.select(School.id).where(School.id == school.id).with_for_update())
    report = compare(session, school, lines, now)
    for entry in report.added:
        _enter(session, school, entry, now)
    session.flush()
    return report


def _enter(session: Session, school: School, entry: Entry, now: datetime) -> None:
    line, student, (teacher, *others) = entry.line, entry.student, entry.teachers
    visit = Visit(school_id=school.id, student_id=student.id, teacher_id=teacher.id, form=line.form, state=CLOSED)
    visit.school, visit.student, visit.teacher = school, student, teacher
    visit.starts_at = line.starts_at
    visit.ends_at = line.starts_at + timedelta(minutes=school.policy.minutes(line.form))
    visit.purpose, visit.steps, visit.imported_at = line.purpose, 1, now
    visit.companions = [Companion(person=p, answer=companion.YES, asked_at=now, answered_at=now) for p in others]
    visit.accompanied = bool(others)
    session.add(visit)
    session.flush()
    change = {"after": CLOSED, "starts_at": line.starts_at.isoformat(), "form": line.form}
    history.write(session, student, history.Deed("import_visit", "visit", visit.id), now, change)
    if line.fields:
        # As the school kept it on paper: what form 1 wants besides is not asked for any more.
        Record.add(session, visit, teacher.id, dict(line.fields), now).submitted = True


class _Wrong(Exception):
    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.code, self.value = code, value


def _in_time(line: HeldLine, school: School, now: datetime) -> None:
    day = line.starts_at.astimezone(school.zone).date().isoformat()
    if line.starts_at > now:
        raise _Wrong("day_coming", day)
    if line.starts_at < now - LONG_AGO:
        raise _Wrong("day_long_ago", day)


def _known(session: Session, school: School) -> dict[tuple[int, object, str], bool]:
    """Every visit held so far by child, day and form; whether it came by an import."""
    children = Visit.children()
    query = sa.select(children.c.student_id, Visit.starts_at, Visit.form, Visit.imported_at)
    query = query.join(children, children.c.visit_id == Visit.id)
    held = query.where(Visit.school_id == school.id, Visit.state.in_((HELD, RECORDED, CLOSED)))
    return {
        (row.student_id, row.starts_at.astimezone(school.zone).date(), row.form): row.imported_at is not None
        for row in session.execute(held)
    }


class _People:
    """Finds whom a row means."""

    def __init__(self, session: Session, school: School) -> None:
        students = sa.select(Student).where(Student.school_id == school.id, Student.left_at.is_(None))
        self._students = list(session.scalars(students.order_by(Student.id)))
        self._numbers = {student.number: student for student in self._students}
        staff = sa.select(Person).where(Person.school_id == school.id, Person.left_at.is_(None), Person.roles.any())
        self._staff = list(session.scalars(staff.order_by(Person.id).options(selectinload(Person.roles))))

    def student(self, line: HeldLine) -> Student:
        """By number, else by a name that only one bears in the class, or in the school."""
        if line.number:
            found = self._numbers.get(line.number)
            if found is None:
                raise _Wrong("student_unknown", line.number)
            if line.name and line.name != found.name:
                raise _Wrong("student_other_name", found.name)
            return found
        named = [s for s in self._students if s.name == line.name]
        named = [s for s in named if not line.class_name or s.school_class.name == line.class_name]
        if len(named) != 1:
            raise _Wrong("student_same_name" if named else "student_unknown", line.name)
        return named[0]

    def teachers(self, line: HeldLine) -> Iterator[Person]:
        for written in line.teachers:
            found = [p for p in self._staff if p.number == written] or [p for p in self._staff if p.name == written]
            if len(found) != 1:
                raise _Wrong("teacher_same_name" if found else "teacher_unknown", written)
            yield found[0]
