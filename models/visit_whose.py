"""Whose visits they are: a teacher's own, those of a guardian's children."""

from __future__ import annotations

from typing import Self

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, lazyload

from models.person import Person
from models.student import Guardianship, Student
from models.visit_words import VisitWords


class VisitWhose(VisitWords):
    """The questions that are asked for a person's visits; a visit is reached through who asks."""

    __abstract__ = True

    @classmethod
    def of_teacher(cls, session: Session, person: Person, *states: str) -> list[Self]:
        """The teacher's visits in these states, soonest first."""
        query = sa.select(cls).where(cls.teacher_id == person.id, cls.state.in_(states))
        return list(session.scalars(query.order_by(cls.starts_at)))

    @classmethod
    def of_guardian(cls, session: Session, person: Person, *states: str) -> list[Self]:
        """Visits of the guardian's children in these states, soonest first; none of a muted guardianship."""
        # Whether somebody else teaches is asked for only where it matters.
        teacher = joinedload(cls.teacher).options(lazyload(Person.roles))
        query = (
            sa.select(cls)
            .join(Guardianship, Guardianship.student_id == cls.student_id)
            .where(Guardianship.person_id == person.id, Guardianship.muted.is_(False), cls.state.in_(states))
            # All that is said of a visit, in one question.
            .options(joinedload(cls.student).joinedload(Student.guardianships), joinedload(cls.school), teacher)
        )
        return list(session.scalars(query.order_by(cls.starts_at)).unique())
