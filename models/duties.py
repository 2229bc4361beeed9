"""What somebody at school answers for: a class of her own, classes taught, mentees, a grade or the school led."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import HOMEROOM, LEADERS, Person
from models.school import SchoolClass
from models.student import Student


@dataclass(frozen=True)
class Duties:
    """A person's duties, as ids."""

    school_id: int
    homeroom: tuple[int, ...]
    taught: tuple[int, ...]  #: classes of other teachers
    mentees: tuple[int, ...]
    grades: tuple[str, ...]  #: led by a grade head
    whole: bool  #: leads the school

    @staticmethod
    def of(person: Person) -> Duties:
        """As the roster has it now."""
        homeroom = _ids(r.class_id for r in person.roles if r.name == HOMEROOM)
        taught = _ids(r.class_id for r in person.roles if r.class_id not in homeroom)
        led = [r.grade for r in person.roles if r.name in LEADERS]
        grades = tuple(dict.fromkeys(grade for grade in led if grade is not None))
        return Duties(person.school_id, homeroom, taught, _ids(r.student_id for r in person.roles), grades, None in led)

    @property
    def leads(self) -> bool:
        return self.whole or bool(self.grades)

    def led(self) -> sa.ColumnElement[bool]:
        """The condition that a student's class is led, as homeroom teacher or from above."""
        return sa.true() if self.whole else sa.or_(Student.class_id.in_(self.homeroom), self._in_grades())

    def own(self) -> sa.ColumnElement[bool]:
        """The condition that a student is her own: taught or mentored, not merely led (P12)."""
        return sa.or_(Student.class_id.in_(self.homeroom + self.taught), Student.id.in_(self.mentees))

    def _in_grades(self) -> sa.ColumnElement[bool]:
        classes = sa.select(SchoolClass.id).where(SchoolClass.school_id == self.school_id)
        return Student.class_id.in_(classes.where(SchoolClass.grade.in_(self.grades)))

    def classes(self, session: Session) -> list[SchoolClass]:
        """The classes of which she may see how they stand, in the roster's order."""
        query = sa.select(SchoolClass).where(SchoolClass.school_id == self.school_id, SchoolClass.closed_at.is_(None))
        if not self.whole:
            near = SchoolClass.id.in_(self.homeroom + self.taught)
            query = query.where(sa.or_(near, SchoolClass.grade.in_(self.grades)))
        return list(session.scalars(query.order_by(SchoolClass.id)))


def _ids(found: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(i for i in found if i is not None))
