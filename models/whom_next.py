"""Whom to visit next (P12): of a teacher's own students those who are still owed a visit, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import history
from models.coverage import PLANNED, Period, Standing, standings
from models.duties import Duties
from models.person import TEACHING, Person
from models.school import School
from models.share import Share, share, share_wanted, visited_by, visited_by_all
from models.student import Student

#: So long after a visit nobody is proposed again before others.
AGAIN_AFTER = timedelta(days=30)
_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Next:
    """The children for whom a teacher should book a visit, the most pressing first."""

    children: list[Standing]
    share: Share | None = None  #: of who answers for a share of her students only (P6)
    uncontacted: int = 0  #: children of her class whose family she has not reached by telephone or online (P3)


def owed_by(session: Session, person: Person, period: Period, now: datetime) -> Next:
    """A homeroom teacher or mentor answers for each of her students; who teaches classes of others, for a share."""
    duties = Duties.of(person)
    answered_for = sa.or_(Student.class_id.in_(duties.homeroom), Student.id.in_(duties.mentees))
    own = standings(session, person.school, period, answered_for)
    found, mine = [s for s in own if s.to_book], None
    if not found and duties.taught:
        mine = share(session, period, person)
        found = _for_the_share(session, person, period, duties)
    uncontacted = sum(s.class_id in duties.homeroom and not s.contacted for s in own)
    return Next(sorted(found, key=lambda s: _pressing(s, now)), mine, uncontacted)


def who_owes(session: Session, school: School, period: Period) -> list[int]:
    """Of all teachers those who have somebody to book; asked of the database once for all."""
    found = standings(session, school, period)
    to_book = {s.student_id for s in found if s.to_book}
    rooms: dict[int, set[int]] = {}
    for standing in found:
        rooms.setdefault(standing.class_id, set()).add(standing.student_id)
    seen = visited_by_all(session, period, school.id)
    people = Person.with_role(session, school.id, *TEACHING)
    return [p.id for p in people if _owes(p, rooms, to_book, seen.get(p.id, set()))]


def _owes(person: Person, rooms: dict[int, set[int]], to_book: set[int], seen: set[int]) -> bool:
    duties = Duties.of(person)
    own = set(duties.mentees).union(*(rooms.get(c, set()) for c in duties.homeroom))
    taught = set[int]().union(*(rooms.get(c, set()) for c in duties.taught + duties.homeroom))
    wanted = share_wanted(person.school.policy, len(taught)) if duties.taught else 0
    return bool(own & to_book) or len(taught & seen) < wanted


def _for_the_share(session: Session, person: Person, period: Period, duties: Duties) -> list[Standing]:
    """Whom nobody has visited; when all of them were, whom she has not visited herself."""
    taught = standings(session, person.school, period, Student.class_id.in_(duties.taught))
    seen = visited_by(session, period, person.id)
    unseen = [s for s in taught if s.student_id not in seen and s.state != PLANNED]
    return [s for s in unseen if s.to_book] or unseen


def _pressing(s: Standing, now: datetime) -> tuple[object, ...]:
    """Key students first, then what did not come to pass, then whom nobody has seen at home, or for longest.

    A key student who has just been visited waits behind the others for the next visit.
    """
    just_seen = s.last is not None and now - s.last < AGAIN_AFTER
    return (just_seen, not s.is_key, not s.fell_through, s.at_home_lately, s.last or _LONG_AGO, s.student_id)


def addresses(session: Session, person: Person, student_ids: list[int], now: datetime) -> dict[int, str]:
    """Where these live; only of one's own students, and that it was read is written down (rulings 20)."""
    query = sa.select(Student).where(Student.id.in_(student_ids), Duties.of(person).own())
    found = list(session.scalars(query))
    for student in found:
        history.read(session, person.id, student, "address", now)
    return {s.id: s.address or "" for s in found}
