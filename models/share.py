"""The share of her students that a subject teacher visits each term (P6)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.companion import NO, Companion
from models.coverage import TOOK_PLACE, Period
from models.duties import Duties
from models.person import Person
from models.student import Student
from models.visit import Visit
from models.visit_life import LETTER


@dataclass(frozen=True)
class Share:
    """Of so many students taught so many were visited, and so many should be."""

    pupils: int
    visited: int
    wanted: int

    @property
    def owed(self) -> int:
        return max(0, self.wanted - self.visited)


def share(session: Session, period: Period, person: Person) -> Share | None:
    """A subject teacher's; none for who teaches no class but her own."""
    duties = Duties.of(person)
    if not duties.taught:
        return None
    taught = Student.class_id.in_(duties.taught + duties.homeroom)
    pupils = set(session.scalars(sa.select(Student.id).where(taught, Student.left_at.is_(None))))
    wanted = -(-len(pupils) * person.school.policy.subject_share_percent // 100)
    return Share(len(pupils), len(pupils & visited_by(session, period, person.id)), wanted)


def visited_by(session: Session, period: Period, person_id: int) -> set[int]:
    """Which children this teacher has visited this term, alone or along with a colleague (B6)."""
    child = Visit.children()
    along = sa.select(Companion.visit_id).where(Companion.person_id == person_id, Companion.answer != NO)
    query = (
        sa.select(child.c.student_id)
        .join(Visit, Visit.id == child.c.visit_id)
        .where(Visit.state.in_(TOOK_PLACE), Visit.form != LETTER)
        .where(sa.or_(Visit.teacher_id == person_id, Visit.id.in_(along)))
        .where(Visit.starts_at >= period.begins, Visit.starts_at < period.ends)
    )
    return set(session.scalars(query))
