"""Whose visits they are: which children's, a teacher's own, those of a guardian's children."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session

from models.person import Person
from models.school import SchoolClass
from models.student import Guardianship, Student
from models.visit_sibling import VisitSibling
from models.visit_words import VisitWords
from models.whole import Whole, fill, fill_lists


class VisitWhose(VisitWords):
    """The children of a visit, and the questions for a person's visits; a visit is reached through who asks."""

    __abstract__ = True

    if TYPE_CHECKING:
        student: Mapped[Student]
        siblings: Mapped[list[Student]]

    @property
    def students(self) -> list[Student]:
        """Every child whom it is about; several are brothers and sisters at one home."""
        return [self.student, *self.siblings] if self.household else [self.student]

    @property
    def student_ids(self) -> list[int]:
        return [self.student_id, *(s.id for s in self.siblings)] if self.household else [self.student_id]

    def is_of(self, student_ids: Iterable[int]) -> bool:
        """Whether it is about one of these children."""
        return not set(student_ids).isdisjoint(self.student_ids)

    @property
    def ties(self) -> list[Guardianship]:
        """The guardians of its children as the roster has them, those of the first child first."""
        return [tie for student in self.students for tie in student.guardianships]

    def tie_of(self, person_id: int | None) -> Guardianship | None:
        """What a person is to the first child that is hers; none when the roster says 不通知 for any of them."""
        own = [tie for tie in self.ties if tie.person_id == person_id]
        return None if not own or any(tie.muted for tie in own) else own[0]

    @classmethod
    def of_student(cls, session: Session, student: Student) -> list[Self]:
        """The visits to the student's family that the student was part of, the newest first."""
        return list(session.scalars(sa.select(cls).where(cls.about(student)).order_by(cls.id.desc())))

    @classmethod
    def about(cls, student: Student) -> sa.ColumnElement[bool]:
        """The condition that the student is one of its children."""
        further = sa.select(VisitSibling.visit_id).where(VisitSibling.student_id == student.id)
        return sa.or_(cls.student_id == student.id, cls.id.in_(further))

    @classmethod
    def children(cls) -> sa.Subquery:
        """Every visit with each of its children: `visit_id`, `student_id`."""
        first = sa.select(cls.id.label("visit_id"), cls.student_id)
        further = sa.select(VisitSibling.visit_id, VisitSibling.student_id)
        return first.union_all(further).subquery("visited")

    @classmethod
    def of_teacher(cls, session: Session, person: Person, *states: str) -> list[Self]:
        """The teacher's visits in these states, soonest first."""
        query = sa.select(cls).where(cls.teacher_id == person.id, cls.state.in_(states))
        return list(session.scalars(query.order_by(cls.starts_at)))

    @classmethod
    def of_guardian(cls, session: Session, person: Person, *states: str) -> list[Self]:
        """Visits of the guardian's children in these states, soonest first; none of a muted guardianship."""
        whole, query = cls._of_guardian()
        read = whole.read(session, query, {"guardian": person.id, "states": list(states)})
        fill_lists("guardianships", ((student, tie) for _, _, student, _, tie in read if tie is not None))
        for visit, teacher, student, school_class, _ in read:
            fill(visit, "teacher", teacher)
            fill(visit, "student", student)
            fill(student, "school_class", school_class)
        found = dict.fromkeys(row[0] for row in read)
        return [v for v in found if not v.household or v.tie_of(person.id) is not None]

    @classmethod
    @cache
    def _of_guardian(cls) -> tuple[Whole, sa.Select[*tuple[Any, ...]]]:
        """All that is said of a visit, in one question; made once. Her school was read along with her.

        Who else answers for the child is asked of few visits: of those that await an answer, and of siblings.
        """
        wanted = sa.and_(Guardianship.student_id == Student.id, sa.or_(cls.household, cls.asked.is_not(None)))
        teacher = Person.__table__.alias("teacher")
        # Not the column alone: there are few visits of hers and many in these states, but SQLite takes their index.
        state = (cls.state + "").in_(sa.bindparam("states", expanding=True))
        whole = Whole(cls, (Person, teacher), Student, SchoolClass, Guardianship)
        query = (
            sa.select(*whole.columns)
            .select_from(cls.__table__)
            .join(teacher, teacher.c.id == cls.teacher_id)
            .join(Student, Student.id == cls.student_id)
            .join(SchoolClass, SchoolClass.id == Student.class_id)
            .outerjoin(Guardianship, wanted)
            .where(cls.id.in_(cls._with_child_of_guardian()), state)
        )
        return whole, query.order_by(cls.starts_at, cls.id, Guardianship.rank)

    @classmethod
    def _with_child_of_guardian(cls) -> sa.CompoundSelect[int]:
        whose = (Guardianship.person_id == sa.bindparam("guardian"), Guardianship.muted.is_(False))
        first = sa.select(cls.id).join(Guardianship, Guardianship.student_id == cls.student_id).where(*whose)
        further = sa.select(VisitSibling.visit_id)
        further = further.join(Guardianship, Guardianship.student_id == VisitSibling.student_id).where(*whose)
        return first.union_all(further)
