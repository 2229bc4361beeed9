"""What a roster says otherwise than the school: worked out without touching a row."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models.person import Person
from models.roster.family import Bond, Families
from models.roster.lines import NOWHERE, Fault, Roster, StudentLine
from models.roster.present import Present
from models.roster.report import Change, RosterReport, too_many
from models.roster.staff import StaffStep, former_homerooms, leaving_staff, staff_steps
from models.school import School
from models.student import Student

#: What a line says of a student; None means that it says nothing.
FIELDS = ("name", "gender", "birthday", "boarding", "remote", "address", "health", "categories")


@dataclass(frozen=True)
class StudentStep:
    """One student who comes, returns or changes."""

    line: StudentLine
    student: Student | None  #: none for a new one
    bonds: list[Bond]
    what: tuple[str, ...] = ()


@dataclass
class Difference:
    """All that an import has to do, and the report on it."""

    present: Present
    students: list[StudentStep] = field(default_factory=list)
    staff: list[StaffStep] = field(default_factory=list)
    leaving_students: list[Student] = field(default_factory=list)
    leaving_staff: list[Person] = field(default_factory=list)
    former: list[tuple[Person, str]] = field(default_factory=list)  #: who leads a class no longer, for another does
    report: RosterReport = field(default_factory=RosterReport)


def difference(session: Session, school: School, roster: Roster) -> Difference:
    """Compares the roster with the school as it is in this session."""
    found = Difference(Present.of(session, school))
    found.report.faults.extend(roster.faults)
    found.report.classes.extend(name for name in roster.grades if name not in found.present.classes)
    peopled = {line.class_name for line in roster.students}
    unpeopled = [name for name in found.report.classes if name not in peopled]
    found.report.faults.extend(Fault(NOWHERE, "class_new", name, error=False) for name in unpeopled)
    _students(found, roster)
    found.staff = staff_steps(found.present, roster, found.report)
    _leaving(found, roster)
    _emptied(found)
    found.former = former_homerooms(found.present, roster, found.leaving_staff)
    found.report.changed.extend(Change("teacher", p.name, p.number, name, ("homeroom",)) for p, name in found.former)
    return found


def _emptied(found: Difference) -> None:
    """Classes that are merged into others: nobody is left in them, and nobody has left the school."""
    gone = {student.number for student in found.leaving_students}
    after = {step.line.number: step.line.class_name for step in found.students}
    here = [s for s in found.present.students.values() if s.left_at is None]
    peopled = {after.get(s.number, s.school_class.name) for s in here if s.number not in gone} | set(after.values())
    out_of = {s.school_class.name for s in here if after.get(s.number, s.school_class.name) != s.school_class.name}
    found.report.emptied.extend(sorted(out_of - peopled))


def _students(found: Difference, roster: Roster) -> None:
    families, report = Families(found.present, roster.students), found.report
    for line in roster.students:
        student = found.present.students.get(line.number)
        if student and student.name != line.name and not families.related(line, student):
            report.faults.append(Fault(line.place, "other_child", line.number))
            continue
        bonds = families.bonds(line, student)
        what = _what(line, student, bonds) if student else ()
        before = student.school_class.name if student and "class" in what else ""
        change = Change("student", line.name, line.number, line.class_name, what, before)
        if report.enter(change, student):
            found.students.append(StudentStep(line, student, bonds, what))
    report.guardians = len(families.new)


def _what(line: StudentLine, student: Student, bonds: list[Bond]) -> tuple[str, ...]:
    said = {name: getattr(line, name) for name in FIELDS}
    what = [name for name, value in said.items() if value is not None and value != present_value(student, name)]
    if student.school_class.name != line.class_name:
        what.append("class")
    if bonds and not _same_bonds(student, bonds):
        what.append("guardians")
    return tuple(what)


def present_value(student: Student, name: str) -> object:
    """What the school has in a field of `FIELDS`, in the form of a line."""
    value = getattr(student, name)
    return tuple(value) if name == "categories" else value


def _same_bonds(student: Student, bonds: list[Bond]) -> bool:
    present = {id(b.person): b for b in student.guardianships}
    return present.keys() == {id(b.person) for b in bonds} and not any(
        bond.corrected or not bond.same(present[id(bond.person)]) for bond in bonds
    )


def _leaving(found: Difference, roster: Roster) -> None:
    report, listed = found.report, {line.number for line in roster.students}
    there = found.present.in_classes({line.class_name for line in roster.students})
    for student in there:
        if student.number not in listed and not roster.doubtful & {student.number, student.name}:
            found.leaving_students.append(student)
            report.left.append(Change("student", student.name, student.number, student.school_class.name))
    covered, leaving = leaving_staff(found.present, roster)
    found.leaving_staff = leaving
    report.left.extend(Change("teacher", p.name, p.number) for p in leaving)
    percent = found.present.school.policy.roster_leaving_percent
    report.too_many_leave = too_many(len(found.leaving_students), len(there), percent) or too_many(
        len(leaving), covered, percent
    )
