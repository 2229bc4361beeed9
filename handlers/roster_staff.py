"""The teachers' sheet of a roster: roles, classes, subjects and mentees, spelled out as duties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from handlers import roster_cells as cells
from handlers import roster_words as words
from handlers.class_name import ClassName, class_name, grade_name
from handlers.roster_cells import Row
from models.person import GRADE_HEAD, HOMEROOM, MENTOR, SUBJECT
from models.roster import Duty, Fault, TeacherLine

_GRADE_HEAD = re.compile(r"(?P<grade>.+?)(?:年级|级部)?(?:组长|主任|级长)")
_SEVERAL = re.compile(r"[、,，;；/|\n]+")


class Staff:
    """Gathers the teachers' rows; who stands in several has all their duties."""

    def __init__(self) -> None:
        self._lines: dict[str, TeacherLine] = {}
        self.classes: dict[ClassName, None] = {}
        self.faults: list[Fault] = []
        self.doubtful: set[str] = set()
        self.seen = False

    def read(self, row: Row) -> None:
        """Takes one row in."""
        self.seen = True
        number, name = cells.number(row["number"]), cells.person_name(row["name"])
        known = self._lines.get(number or name)
        if not name:
            row.error("no_name")
        elif known and known.name != name:
            row.error("teacher_twice", number)
        duties = () if row.broken else tuple(self._duties(row, name))
        if row.broken:
            self.doubtful |= {number, name} - {""}
        elif known:
            self._lines[number or name] = replace(known, duties=known.duties + duties)
        else:
            phone = cells.telephone(row, "phone")
            self._lines[number or name] = TeacherLine(number or None, name, phone, duties, row.place)
        self.faults.extend(row.faults)

    def lines(self) -> Iterator[TeacherLine]:
        """The staff in the order of the file."""
        yield from self._lines.values()

    def _duties(self, row: Row, name: str) -> Iterator[Duty]:
        taught, led = self._classes(row, "classes"), self._classes(row, "homeroom")
        subjects = row.listed("subjects")
        roles = dict(_roles(row))
        if HOMEROOM in roles and not led:
            led = taught[:1] if len(taught) == 1 else []
            if not led:
                row.remark("homeroom_missing", name)
        for found in led:
            yield Duty(HOMEROOM, found.name)
        for found in taught or (led if subjects else []):
            for subject in subjects or (None,):
                yield Duty(SUBJECT, found.name, subject)
        mentees = [cells.number(n) for n in row.listed("mentees")]
        yield from (Duty(MENTOR, student_number=number) for number in mentees)
        implied = {HOMEROOM} | ({SUBJECT} if taught or subjects else set()) | ({MENTOR} if mentees else set())
        for role, grade in roles.items():
            if role == GRADE_HEAD:
                yield from _grade_head(row, name, grade, taught + led)
            elif role not in implied:
                yield Duty(role)

    def _classes(self, row: Row, column: str) -> list[ClassName]:
        found: list[ClassName] = []
        for entry in filter(None, (part.strip() for part in _SEVERAL.split(row[column]))):
            for part in [entry] if class_name(entry) else entry.split():
                known = class_name(part)
                if known is None:
                    row.error("class_unclear", part)
                else:
                    found.append(known)
                    self.classes[known] = None
        return found


def _roles(row: Row) -> Iterator[tuple[str, str]]:
    """Each role with the grade that its word names (三年级组长)."""
    for word in row.listed("roles"):
        role, match = words.role(word), _GRADE_HEAD.fullmatch(word)
        grade = grade_name(match["grade"]) if match else ""
        if role:
            yield role, ""
        elif grade:
            yield GRADE_HEAD, grade
        else:
            row.remark("role_unknown", word)


def _grade_head(row: Row, name: str, grade: str, classes: list[ClassName]) -> Iterator[Duty]:
    """A grade head without a grade would lead the whole school: then rather none."""
    grades = {found.grade for found in classes}
    grade = grade or grade_name(row["grade"]) or (grades.pop() if len(grades) == 1 else "")
    if grade:
        yield Duty(GRADE_HEAD, grade=grade)
    else:
        row.remark("grade_missing", name)
