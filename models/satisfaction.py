"""How satisfied families were (满意度) by class and grade, never so few that a family's answer is told (S4, S6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.coverage import Period
from models.school import School, SchoolClass
from models.student import Student
from models.survey import SATISFACTION, Survey
from models.visit import Visit


@dataclass(frozen=True)
class Rate:
    """The answers of one class, of one grade, or of the school."""

    name: str
    answers: int
    satisfied: int
    shown: bool = True
    parts: tuple[Rate, ...] = ()  #: a school's grades, a grade's classes

    @property
    def percent(self) -> int:
        return 100 * self.satisfied // self.answers if self.answers else 0


def satisfaction(session: Session, school: School, period: Period) -> Rate:
    """The whole school's answers of the term, hidden where they are too few; everybody is shown parts of this one."""
    query = (
        sa.select(
            SchoolClass.grade,
            SchoolClass.name,
            sa.func.count(Survey.satisfied),
            sa.func.coalesce(sa.func.sum(sa.case((Survey.satisfied.is_(True), 1), else_=0)), 0),
        )
        .select_from(Survey)
        .join(Visit, Visit.id == Survey.visit_id)
        .join(Student, Student.id == Visit.student_id)
        .join(SchoolClass, SchoolClass.id == Student.class_id)
        .where(Survey.school_id == school.id, Survey.kind == SATISFACTION, Survey.satisfied.is_not(None))
        .where(Visit.starts_at >= period.begins, Visit.starts_at < period.ends)
        .group_by(SchoolClass.id, SchoolClass.grade, SchoolClass.name)
    )
    answered = {name: (answers, satisfied) for _, name, answers, satisfied in session.execute(query)}
    classes = sa.select(SchoolClass.grade, SchoolClass.name).where(SchoolClass.school_id == school.id)
    grades: dict[str, list[Rate]] = {}
    for grade, name in session.execute(classes.where(SchoolClass.closed_at.is_(None)).order_by(SchoolClass.id)):
        grades.setdefault(grade, []).append(Rate(name, *answered.get(name, (0, 0))))
    return guarded(whole("", [whole(grade, rooms) for grade, rooms in grades.items()]), school.policy.fewest_answers)


def whole(name: str, parts: Sequence[Rate]) -> Rate:
    """The parts added up."""
    return Rate(name, sum(p.answers for p in parts), sum(p.satisfied for p in parts), parts=tuple(parts))


def guarded(rate: Rate, fewest: int) -> Rate:
    """Hides what has too few answers, and beside it what would give it away by subtraction.

    Whatever can be worked out from what is shown then rests on `fewest` answers at least, or on none.
    """
    if rate.answers < fewest:
        return _hidden(rate)
    hidden = _to_hide(rate.parts, fewest)
    return replace(rate, parts=tuple(_hidden(p) if p.name in hidden else guarded(p, fewest) for p in rate.parts))


def _to_hide(parts: Iterable[Rate], fewest: int) -> set[str]:
    """The parts with too few answers; while these are too few together, too, the next smallest with them."""
    rest = sorted(parts, key=lambda p: p.answers)
    hidden: list[Rate] = []
    while rest and (rest[0].answers < fewest or 0 < sum(p.answers for p in hidden) < fewest):
        hidden.append(rest.pop(0))
    return {p.name for p in hidden}


def _hidden(rate: Rate) -> Rate:
    """Neither it nor any part of it."""
    return replace(rate, shown=False, parts=tuple(_hidden(p) for p in rate.parts))
