"""What is owed (覆盖): which children were visited this term, which only planned, and whose names still stand open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models import audience, hour
from models.home_refusal import refused_at_home
from models.person import HOMEROOM, Role
from models.policy import Policy
from models.school import School, SchoolClass
from models.student import Student
from models.term import Term
from models.visit import Visit
from models.visit_life import (
    AT_HOME,
    CANCELLED,
    CLOSED,
    DECLINED,
    HELD,
    LAPSED,
    LETTER,
    MISSED,
    OPEN,
    PHONE,
    RECORDED,
    VIDEO,
)
from models.visit_sibling import VisitSibling

Found = tuple[Any, ...]
Row = sa.Row[*Found]

TOOK_PLACE = (HELD, RECORDED, CLOSED)
FELL_THROUGH = (MISSED, LAPSED, CANCELLED)

#: How a child stands who was not visited enough yet; the order is that of asking.
VISITED, PLANNED, REFUSED, UNREACHABLE, NOTHING = "visited", "planned", "refused", "unreachable", "nothing"


@dataclass(frozen=True)
class Period:
    """The term that is counted, and the school years within which everybody is visited at home (P2), as moments."""

    term: Term
    begins: datetime
    ends: datetime
    years_begin: datetime

    @staticmethod
    def of(school: School, now: datetime) -> Period:
        """The term in which the moment lies."""
        day = hour.local(now, school.zone).date()
        term, first = school.term(day), school.school_year(day)[0]
        for _ in range(school.policy.home_every_years - 1):
            first = school.school_year(first - timedelta(days=1))[0]

        def midnight(days_of: Any) -> datetime:
            return datetime.combine(days_of, time.min, school.zone)

        return Period(term, midnight(term.first), midnight(term.last + timedelta(days=1)), midnight(first))


@dataclass(frozen=True)
class Standing:
    """How one child stands this term."""

    student_id: int
    name: str
    class_id: int
    school_class: str
    grade: str
    is_key: bool
    state: str  #: one of the five above (P1)
    at_home_lately: bool  #: P2
    contacted: bool  #: P3: by telephone or online, by the homeroom teacher
    key_done: bool  #: P4; of others it is always true
    home_refused: bool  #: nobody asks this family for a visit at home again this term (rulings 6)
    fell_through: bool  #: a visit of this term did not come to pass
    last: datetime | None  #: when it was last visited, in the years that count

    @property
    def owed(self) -> bool:
        """Whether somebody still has to see to it: not visited, or a key student not often enough."""
        return self.state != VISITED or not self.key_done

    @property
    def to_book(self) -> bool:
        """Whether a visit has to be booked: nothing is planned yet."""
        return self.owed and self.state != PLANNED


@dataclass(frozen=True)
class Figures:
    """A class, a grade or a school in numbers of children."""

    pupils: int = 0
    visited: int = 0
    planned: int = 0
    refused: int = 0
    unreachable: int = 0
    at_home_lately: int = 0
    contacted: int = 0
    key_pupils: int = 0
    key_done: int = 0

    @property
    def owed(self) -> int:
        return self.pupils - self.visited

    @property
    def percent(self) -> int:
        """Never rounded up to a hundred that is none."""
        return 100 * self.visited // self.pupils if self.pupils else 0


def figures(found: Iterable[Standing]) -> Figures:
    """The children counted."""
    everybody = list(found)
    states = Counter(s.state for s in everybody)
    key = [s for s in everybody if s.is_key]
    return Figures(
        pupils=len(everybody), visited=states[VISITED], planned=states[PLANNED], refused=states[REFUSED],
        unreachable=states[UNREACHABLE], at_home_lately=sum(s.at_home_lately for s in everybody),
        contacted=sum(s.contacted for s in everybody), key_pupils=len(key), key_done=sum(s.key_done for s in key),
    )  # fmt: skip


def of_each_child(query: sa.Select[*Found]) -> tuple[sa.Select[*Found], sa.Select[*Found]]:
    """The question about visits twice, with the child that stands first and with each of its siblings joined to it."""
    further = query.join(VisitSibling, VisitSibling.visit_id == Visit.id)
    first = query.join(Student, Student.id == Visit.student_id)
    return first, further.join(Student, Student.id == VisitSibling.student_id)


def standings(session: Session, school: School, period: Period, *which: sa.ColumnElement[bool]) -> list[Standing]:
    """How these children stand, by class and roster; the same few statements for one class and for a school."""
    here = (Student.school_id == school.id, Student.left_at.is_(None), *which)
    query = (
        sa.select(
            Student.id.label("student_id"), Student.name, Student.class_id, SchoolClass.name.label("school_class"),
            SchoolClass.grade, Student.is_key,
        )
        .join(SchoolClass, SchoolClass.id == Student.class_id)
        .where(*here)
        .order_by(SchoolClass.id, Student.id)
    )  # fmt: skip
    roster = session.execute(query).mappings().all()
    counts = {row.student_id: row for row in session.execute(_counts(period, here))}
    no_home = refused_at_home(session, (c["student_id"] for c in roster), period.term)
    # Under a name of its own: the question for the family speaks of students, too.
    pupil = aliased(Student)
    reached = set(session.scalars(sa.select(pupil.id).where(pupil.id.in_(_ids(here)), audience.reached(pupil.id))))
    return [
        _standing(c, counts.get(c["student_id"]), c["student_id"] in reached, c["student_id"] in no_home, school.policy)
        for c in roster
    ]


def _ids(here: Sequence[sa.ColumnElement[bool]]) -> sa.Select[int]:
    return sa.select(Student.id).where(*here)


def _counts(period: Period, here: Sequence[sa.ColumnElement[bool]]) -> sa.Select[*Found]:
    """Of every child that has visits at all, how many of which kind."""
    by_homeroom = sa.exists().where(
        Role.person_id == Visit.teacher_id, Role.name == HOMEROOM, Role.class_id == Student.class_id
    )
    counted = sa.select(
        Student.id.label("student_id"), Visit.state, Visit.form, Visit.starts_at, by_homeroom.label("by_homeroom")
    ).select_from(Visit)
    within = (Visit.starts_at >= period.years_begin, Visit.starts_at < period.ends, Visit.form != LETTER)
    visits = sa.union_all(*(q.where(*here, *within) for q in of_each_child(counted))).subquery()
    v = visits.c
    this_term, held = v.starts_at >= period.begins, v.state.in_(TOOK_PLACE)

    def times(name: str, *conditions: sa.ColumnElement[bool]) -> sa.Label[int]:
        return sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)).label(name)

    return sa.select(
        v.student_id,
        times("held", held, this_term),
        times("held_home", held, this_term, v.form == AT_HOME),
        times("years_home", held, v.form == AT_HOME),
        times("contacted", held, this_term, v.form.in_((PHONE, VIDEO)), v.by_homeroom),
        times("planned", v.state.in_(OPEN), this_term),
        times("declined", v.state == DECLINED, this_term),
        times("fell_through", v.state.in_(FELL_THROUGH), this_term),
        sa.func.max(sa.case((held, v.starts_at))).label("last"),
    ).group_by(v.student_id)


def _standing(child: sa.RowMapping, counted: Row | None, reached: bool, no_home: bool, policy: Policy) -> Standing:
    held = counted.held if counted else 0
    home_enough = no_home or bool(counted and counted.held_home >= policy.key_home_visits)
    return Standing(
        **child,
        state=_state(counted, held, reached, policy),
        at_home_lately=bool(counted and counted.years_home),
        contacted=bool(counted and counted.contacted),
        key_done=not child["is_key"] or (held >= policy.key_visits and home_enough),
        home_refused=no_home,
        fell_through=bool(counted and counted.fell_through),
        last=counted.last if counted else None,
    )


def _state(counted: Row | None, held: int, reached: bool, policy: Policy) -> str:
    if held >= policy.term_visits:
        return VISITED
    if counted and counted.planned:
        return PLANNED
    if counted and counted.declined:
        return REFUSED
    return NOTHING if reached else UNREACHABLE
