"""The staff's part of a roster: who teaches, mentors and leads whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models import sealed
from models.person import HOMEROOM, TEACHER, Person
from models.roster.lines import Duty, Fault, Roster, TeacherLine
from models.roster.present import Present
from models.roster.report import Change, RosterReport


@dataclass(frozen=True)
class StaffStep:
    """One member of the staff who comes, returns or changes."""

    line: TeacherLine
    person: Person | None  #: none for a new one
    duties: tuple[Duty, ...]
    what: tuple[str, ...] = ()


def staff_steps(present: Present, roster: Roster, report: RosterReport) -> list[StaffStep]:
    """Compares the teachers' lines with the staff; tells the report."""
    steps, found = [], _Staff(present)
    for line in roster.teachers:
        fault, person = found.of(line)
        if fault:
            report.faults.append(Fault(line.place, fault, line.name))
            continue
        step = StaffStep(line, person, tuple(_duties(line, present, roster, report)))
        what = _what(step, present) if person else ()
        change = Change("teacher", line.name, line.number, what=what)
        if report.enter(change, person):
            steps.append(StaffStep(line, person, step.duties, what))
    return steps


def duties_of(person: Person, present: Present) -> set[Duty]:
    """What the school has written down of a person's duties, in the form of a line."""
    classes = {c.id: c.name for c in present.classes.values()}
    numbers = {s.id: s.number for s in present.students.values()}
    return {
        Duty(r.name, classes.get(r.class_id or 0), r.subject, r.grade, numbers.get(r.student_id or 0))
        for r in person.roles
    }


def leaving_staff(present: Present, roster: Roster) -> tuple[int, list[Person]]:
    """How many of the staff the file answers for, and who of them is no longer in it.

    As with students it answers only for the classes it contains (rulings 40): who has other classes stays, and who
    has a duty to the whole school goes only when the file contains every class that has students.
    """
    if not roster.has_teachers:
        return 0, []
    named = {line.class_name for line in roster.students}
    named |= {duty.class_name for line in roster.teachers for duty in line.duties if duty.class_name}
    whole = named >= {s.school_class.name for s in present.students.values() if s.left_at is None}
    covered = [p for p in present.staff if p.left_at is None and (whole or _only_in(p, named, present))]
    found = _Staff(present)
    listed = {id(person) for line in roster.teachers for person in [found.of(line)[1]] if person}
    spared = roster.doubtful
    return len(covered), [p for p in covered if id(p) not in listed and not spared & {p.number, p.name}]


def former_homerooms(present: Present, roster: Roster, leaving: list[Person]) -> list[tuple[Person, str]]:
    """Who leads a class to which the file gives another homeroom teacher, and is not in the file herself."""
    given = {duty.class_name for line in roster.teachers for duty in line.duties if duty.role == HOMEROOM}
    found = _Staff(present)
    away = {id(p) for p in leaving} | {id(p) for line in roster.teachers for p in [found.of(line)[1]] if p}
    return [
        (person, duty.class_name)
        for person in present.staff
        if id(person) not in away and person.left_at is None
        for duty in sorted(duties_of(person, present), key=str)
        if duty.role == HOMEROOM and duty.class_name and duty.class_name in given
    ]


class _Staff:
    """Finds the person behind a teacher's line: by number, else by a name that only one has."""

    def __init__(self, present: Present) -> None:
        self._numbers = {p.number: p for p in present.staff if p.number}
        self._names = present.staff_named()

    def of(self, line: TeacherLine) -> tuple[str | None, Person | None]:
        """A fault's code or none, and the person."""
        if line.number and line.number in self._numbers:
            person = self._numbers[line.number]
            return ("other_teacher", person) if _stranger(line, person) else (None, person)
        namesakes = [p for p in self._names[line.name] if not (line.number and p.number)]
        if len(namesakes) > 1:
            return "same_teacher", None
        return None, namesakes[0] if namesakes else None


def _stranger(line: TeacherLine, person: Person) -> bool:
    known = person.phone_mark is not None and line.phone is not None
    return line.name != person.name and known and sealed.phone_mark(line.phone or "") != person.phone_mark


def _duties(line: TeacherLine, present: Present, roster: Roster, report: RosterReport) -> Iterator[Duty]:
    numbers = {s.number for s in roster.students}
    for duty in dict.fromkeys(line.duties or (Duty(TEACHER),)):
        number = duty.student_number
        if number and number not in numbers and number not in present.students:
            report.faults.append(Fault(line.place, "mentee_unknown", number, error=False))
        else:
            yield duty


def _what(step: StaffStep, present: Present) -> tuple[str, ...]:
    line, person, what = step.line, step.person, []
    assert person is not None
    if line.name != person.name:
        what.append("name")
    if line.number and line.number != person.number:
        what.append("number")
    if line.phone and sealed.phone_mark(line.phone) != person.phone_mark:
        what.append("phone")
    if set(step.duties) != duties_of(person, present):
        what.append("roles")
    return tuple(what)


def _only_in(person: Person, classes: set[str], present: Present) -> bool:
    mine = {duty.class_name for duty in duties_of(person, present)}
    return mine <= classes
