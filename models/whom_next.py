"""Whom to visit next (P12): of a teacher's own students those who are still owed a visit, the most pressing first."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import history
from models.charge import Charge
from models.coverage import PLANNED, Span, Standing, standings
from models.person import Person
from models.share import share, visited_by
from models.student import Student

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def owed_by(session: Session, person: Person, span: Span) -> list[Standing]:
    """The children for whom this teacher should book a visit, the most pressing first.

    A homeroom teacher or mentor answers for each of them; who teaches classes of others, for a share (P6).
    """
    charge = Charge.of(person)
    answered_for = sa.or_(Student.class_id.in_(charge.homeroom), Student.id.in_(charge.mentees))
    found = [s for s in standings(session, person.school, span, answered_for) if s.to_book]
    if not found:
        found = _for_the_share(session, person, span, charge)
    return sorted(found, key=_pressing)


def _for_the_share(session: Session, person: Person, span: Span, charge: Charge) -> list[Standing]:
    """Those whom nobody has visited; while the share is not done, any whom she has not visited herself."""
    taught = standings(session, person.school, span, Student.class_id.in_(charge.taught)) if charge.taught else []
    open_ones = [s for s in taught if s.to_book]
    mine = share(session, span, person)
    if open_ones or mine is None or not mine.owed:
        return open_ones
    seen = visited_by(session, span, person.id)
    return [s for s in taught if s.student_id not in seen and s.state != PLANNED]


def _pressing(s: Standing) -> tuple[object, ...]:
    """Key students first, then what did not come to pass, then whom nobody has seen at home or for longest."""
    return (not s.is_key, not s.fell_through, s.at_home_lately, s.last or _LONG_AGO, s.student_id)


def addresses(session: Session, person: Person, student_ids: list[int], now: datetime) -> dict[int, str]:
    """Where these live; only of one's own students, and that it was read is written down (rulings 20)."""
    query = sa.select(Student).where(Student.id.in_(student_ids), Charge.of(person).own())
    found = list(session.scalars(query))
    for student in found:
        history.read(session, person.id, student, "address", now)
    return {s.id: s.address or "" for s in found}
