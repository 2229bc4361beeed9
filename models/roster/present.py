"""What the school has at present, laid out for a comparison with a roster."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from models.person import Person
from models.school import School, SchoolClass
from models.student import Student

Pair = tuple[str, str]  #: a guardian's name and the mark of the telephone, by which siblings share one person


@dataclass
class Present:
    """Everybody the school knows, those who have left included; of the classes the open ones."""

    school: School
    classes: dict[str, SchoolClass]
    students: dict[str, Student]  #: by number
    staff: list[Person]
    guardians: dict[Pair, Person]
    people: list[Person] = field(repr=False)  #: held, so that the session's map does not let them go

    @staticmethod
    def of(session: Session, school: School) -> Present:
        """Five queries, whatever the size of the school."""
        open_ones = sa.select(SchoolClass).where(SchoolClass.school_id == school.id, SchoolClass.closed_at.is_(None))
        classes = session.scalars(open_ones).all()
        people = list(session.scalars(sa.select(Person).where(Person.school_id == school.id).order_by(Person.id)))
        query = sa.select(Student).where(Student.school_id == school.id).order_by(Student.id)
        students = session.scalars(query.options(selectinload(Student.guardianships))).all()
        return Present(
            school=school,
            classes={c.name: c for c in classes},
            students={s.number: s for s in students},
            staff=[p for p in people if p.on_staff or p.number],
            guardians={(p.name, p.phone_mark): p for p in people if p.phone_mark and not (p.on_staff or p.number)},
            people=people,
        )

    def in_classes(self, names: set[str]) -> list[Student]:
        """The students who are now in these classes."""
        return [s for s in self.students.values() if s.left_at is None and s.school_class.name in names]

    def staff_named(self) -> dict[str, list[Person]]:
        """The staff by name."""
        named: dict[str, list[Person]] = defaultdict(list)
        for person in self.staff:
            named[person.name].append(person)
        return named
