"""The share of her students that a subject teacher visits each term (P6)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.companion import NO, Companion
from models.coverage import TOOK_PLACE, Period, children
from models.duties import Duties
from models.person import Person
from models.policy import Policy
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
    visited = pupils & visited_by(session, period, person.id)
    return Share(len(pupils), len(visited), share_wanted(person.school.policy, len(pupils)))


def share_wanted(policy: Policy, pupils: int) -> int:
    """The share of so many students, rounded up."""
    return -(-pupils * policy.subject_share_percent // 100)


def visited_by(session: Session, period: Period, person_id: int) -> set[int]:
    """Which children this teacher has visited this term, alone or along with a colleague (B6)."""
    along = sa.select(Companion.visit_id).where(Companion.person_id == person_id, Companion.answer != NO)
    mine = sa.or_(Visit.teacher_id == person_id, Visit.id.in_(along))
    return {student_id for _, student_id in session.execute(_seen(Visit.teacher_id, period).where(mine))}


def visited_by_all(session: Session, period: Period, school_id: int) -> dict[int, set[int]]:
    """The same for every teacher of the school."""
    alone = _seen(Visit.teacher_id, period).where(Visit.school_id == school_id)
    along = _seen(Companion.person_id, period).join(Companion, Companion.visit_id == Visit.id)
    along = along.where(Visit.school_id == school_id, Companion.answer != NO)
    found: dict[int, set[int]] = {}
    for person_id, student_id in session.execute(alone.union_all(along)):
        found.setdefault(person_id, set()).add(student_id)
    return found


def _seen(who: sa.orm.InstrumentedAttribute[int], period: Period) -> sa.Select[int, int]:
    child = children()
    return (
        sa.select(who, child.c.student_id)
        .select_from(Visit)
        .join(child, child.c.visit_id == Visit.id)
        .where(Visit.state.in_(TOOK_PLACE), Visit.form != LETTER)
        .where(Visit.starts_at >= period.begins, Visit.starts_at < period.ends)
    )
