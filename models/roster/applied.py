"""The roster carried out: everything of one file in one transaction, or nothing of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import history
from models.consent import Consent
from models.errors import Refused
from models.homeroom import give_up
from models.person import Person, Role
from models.roster.difference import FIELDS, Difference, StudentStep, difference, present_value
from models.roster.family import Bond
from models.roster.leaving import follow, leave
from models.roster.lines import Roster
from models.roster.report import RosterReport
from models.roster.staff import StaffStep
from models.school import School, SchoolClass
from models.student import Guardianship, Student


def plan(session: Session, school: School, roster: Roster, now: datetime) -> RosterReport:
    """What `apply` would do; changes nothing."""
    return difference(session, school, roster).report


def apply(session: Session, school: School, roster: Roster, now: datetime, confirmed: bool = False) -> RosterReport:
    """Carries the roster out and tells what it did; the caller commits.

    Raises `Refused("roster_unconfirmed")` where the report needs a person's yes and `confirmed` does not give it.
    """
    session.execute(sa.select(School.id).where(School.id == school.id).with_for_update())
    found = difference(session, school, roster)
    report = found.report
    if report.needs_confirmation and not confirmed:
        raise Refused("roster_unconfirmed", left=len(report.left), errors=len(report.errors))
    if report.changes:
        _Import(session, found, now).run(roster)
        school.roster_version += 1
        session.add(_deed(school, now))
        session.flush()
    return report


def _deed(school: School, now: datetime) -> history.History:
    return history.History(
        school_id=school.id, at=now, verb="roster_import", subject="school", subject_id=school.id, change_sealed=None
    )


class _Import:
    """One import under way."""

    def __init__(self, session: Session, found: Difference, now: datetime) -> None:
        self._session, self._found, self._present, self._now = session, found, found.present, now
        self._touched: set[Person] = set()  # guardians who may have lost or regained their last child here

    def run(self, roster: Roster) -> None:
        self._classes(roster.grades)
        for step in self._found.students:
            self._student(step)
        for student in self._found.leaving_students:
            self._touched.update(leave(self._session, student, "roster_left", self._now))
        self._session.flush()
        for staff in self._found.staff:
            self._teacher(staff)
        for person in self._found.leaving_staff:
            person.left_at, person.roles = self._now, []
        for person, name in self._found.former:
            give_up(person, self._present.classes[name].id)
        follow(self._session, self._touched, self._now)
        self._session.flush()

    def _classes(self, grades: dict[str, str]) -> None:
        for name, grade in grades.items():
            if name not in self._present.classes:
                school_class = SchoolClass(school_id=self._present.school.id, name=name, grade=grade)
                self._present.classes[name] = school_class
                self._session.add(school_class)
        self._session.flush()

    def _student(self, step: StudentStep) -> None:
        line, student = step.line, step.student
        school_class = self._present.classes[line.class_name]
        if student is None:
            student = Student.new(self._present.school, school_class, line.number, line.name)
            student.guardianships = []
            self._present.students[line.number] = student
            self._session.add(student)
        else:
            self._note(student, step)
            student.left_at, student.school_class = None, school_class
        for name in FIELDS if step.student is None else step.what:
            if name in FIELDS and getattr(line, name) is not None:
                value = getattr(line, name)
                setattr(student, name, list(value) if name == "categories" else value)
        if step.student is None or "guardians" in step.what:
            self._bonds(student, step.bonds)
        self._touched.update(b.person for b in student.guardianships)

    def _note(self, student: Student, step: StudentStep) -> None:
        after: dict[str, Any] = {name: _plain(getattr(step.line, name)) for name in step.what if name in FIELDS}
        before = {name: _plain(present_value(student, name)) for name in after}
        if "class" in step.what:
            before["class"], after["class"] = student.school_class.name, step.line.class_name
        if "guardians" in step.what:
            before["guardians"] = [[b.relation, b.person.name] for b in student.guardianships]
            after["guardians"] = [[b.line.relation, b.line.name] for b in step.bonds]
        verb = "roster_return" if student.left_at else "roster_change"
        self._write(student, verb, {"before": before, "after": after})

    def _bonds(self, student: Student, bonds: list[Bond]) -> None:
        kept = {id(b.person): b for b in student.guardianships}
        wanted = {id(b.person) for b in bonds}
        for gone in [b for key, b in kept.items() if key not in wanted]:
            self._part(student, gone)
        for bond in bonds:
            row = kept.get(id(bond.person))
            if row is None:
                row = Guardianship(person=bond.person)
                student.guardianships.append(row)
            row.relation, row.rank = bond.line.relation, bond.rank
            row.muted = bool(row.muted) if bond.line.muted is None else bond.line.muted
            if bond.corrected:
                bond.person.name, bond.person.phone = bond.line.name, bond.line.phone

    def _part(self, student: Student, bond: Guardianship) -> None:
        """Somebody no longer answers for the child: what was agreed for this child ends with it."""
        ended = sa.update(Consent).where(Consent.person_id == bond.person_id, Consent.student_id == student.id)
        self._session.execute(ended.where(Consent.withdrawn_at.is_(None)).values(withdrawn_at=self._now))
        self._touched.add(bond.person)
        student.guardianships.remove(bond)

    def _teacher(self, step: StaffStep) -> None:
        line, person = step.line, step.person
        if person is None:
            person = Person.new(self._present.school, line.name, line.number, line.phone)
            self._session.add(person)
        person.name, person.left_at = line.name, None
        person.number = line.number or person.number
        if "phone" in step.what:
            person.phone = line.phone
        if step.person is None or "roles" in step.what:
            person.roles = list(self._roles(step))

    def _roles(self, step: StaffStep) -> Iterable[Role]:
        for duty in step.duties:
            school_class = self._present.classes.get(duty.class_name or "")
            student = self._present.students.get(duty.student_number or "")
            yield Role(
                name=duty.role,
                class_id=school_class.id if school_class else None,
                student_id=student.id if student else None,
                grade=duty.grade,
                subject=duty.subject,
            )

    def _write(self, student: Student, verb: str, change: dict[str, Any] | None) -> None:
        history.write(self._session, student, history.Deed(verb, "student", student.id), self._now, change)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
