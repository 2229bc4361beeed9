"""The school's roster as plain lines: what one file says about students, guardians and teachers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Place:
    """Where in the file something stands; rows count from 1, as the office sees them."""

    sheet: str
    row: int


NOWHERE = Place("", 0)


@dataclass(frozen=True)
class GuardianLine:
    """One guardian of one student; the first of a student is the main contact."""

    name: str
    relation: str
    phone: str | None = None
    muted: bool | None = None  #: 不通知; None when the file has no such column


@dataclass(frozen=True)
class StudentLine:
    """One student. What is None the file does not say, and an import leaves it as it is."""

    number: str
    name: str
    class_name: str
    guardians: tuple[GuardianLine, ...] = ()
    gender: str | None = None
    birthday: date | None = None
    boarding: bool | None = None
    remote: bool | None = None
    address: str | None = None
    health: str | None = None
    categories: tuple[str, ...] | None = None
    place: Place = NOWHERE


@dataclass(frozen=True)
class Duty:
    """What a teacher is to a class, a grade, a student or the whole school."""

    role: str
    class_name: str | None = None
    subject: str | None = None
    grade: str | None = None
    student_number: str | None = None


@dataclass(frozen=True)
class TeacherLine:
    """One member of the staff."""

    number: str | None
    name: str
    phone: str | None = None
    duties: tuple[Duty, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: an error leaves the row out, a remark only tells."""

    place: Place
    code: str
    value: str = ""
    error: bool = True


@dataclass(frozen=True)
class Roster:
    """One file. `grades` gives the grade of every class that the file names."""

    students: tuple[StudentLine, ...] = ()
    teachers: tuple[TeacherLine, ...] = ()
    grades: dict[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    #: Numbers and names in rows that were left out: whoever bears one of them does not count as having left.
    doubtful: frozenset[str] = frozenset()
    has_teachers: bool = False  #: whether the file has a sheet of teachers at all
