"""The share of her students that a subject teacher visits each term (P6)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.companion import NO, Companion
from models.coverage import TOOK_PLACE, Found, Period, of_each_child
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
    query = _seen(Visit.teacher_id, period).where(sa.or_(Visit.teacher_id == person_id, Visit.id.in_(along)))
    return {student_id for each in of_each_child(query) for _, student_id in session.execute(each)}


def visited_by_all(session: Session, period: Period, school_id: int) -> dict[int, set[int]]:
    """The same for every teacher of the school."""
    alone = _seen(Visit.teacher_id, period)
    along = _seen(Companion.person_id, period).join(Companion, Companion.visit_id == Visit.id)
    found: dict[int, set[int]] = {}
    for query in (*of_each_child(alone), *of_each_child(along.where(Companion.answer != NO))):
        for person_id, student_id in session.execute(query.where(Visit.school_id == school_id)):
            found.setdefault(person_id, set()).add(student_id)
    return found


def _seen(who: sa.orm.InstrumentedAttribute[int], period: Period) -> sa.Select[*Found]:
    """Who was at a visit of this term, and with which child."""
    return (
        sa.select(who, Student.id)
        .select_from(Visit)
        .where(Visit.state.in_(TOOK_PLACE), Visit.form != LETTER)
        .where(Visit.starts_at >= period.begins, Visit.starts_at < period.ends)
    )
