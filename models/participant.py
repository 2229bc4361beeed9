"""Who is asked to a family's round table (视频圆桌), at home and far away, and what each has said (B11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import history, hours
from models.also_reminded import AlsoReminded
from models.base import Base
from models.errors import Refused
from models.person import Person
from models.visit import Visit
from models.visit_life import CONFIRMED, PROPOSED, VIDEO

ASKED, YES, NO = "asked", "yes", "no"


class Participant(Base):
    """One guardian at one round table; a visit that has any is one."""

    __tablename__ = "participant"

    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(sa.String(5), default=ASKED)
    answered_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


def invite(session: Session, visit: Visit, persons: Iterable[Person]) -> None:
    """Makes the visit a round table with these guardians."""
    session.add_all(Participant(visit_id=visit.id, person_id=p.id, answer=ASKED) for p in persons)
    session.flush()


def of_visit(session: Session, visit: Visit) -> list[Participant]:
    """Everybody invited, in the roster's order; nobody for a visit that is no round table."""
    if visit.form != VIDEO:
        return []
    ranks = {g.person_id: g.rank for g in visit.student.guardianships if not g.muted}
    found = session.scalars(sa.select(Participant).where(Participant.visit_id == visit.id))
    return sorted((p for p in found if p.person_id in ranks), key=lambda p: ranks[p.person_id])


def place_of(session: Session, visit: Visit, person_id: int) -> Participant | None:
    """The guardian's place at the table; none when the visit is no round table, or she was not invited."""
    return next((p for p in of_visit(session, visit) if p.person_id == person_id), None)


def answer(session: Session, visit: Visit, person_id: int, coming: bool, now: datetime) -> bool:
    """Takes what one guardian says of herself; the visit stays as it is. False: nothing new.

    Who comes is reminded, beside the one who took the time (rulings 4); refused where her hour is taken (B12).
    """
    place = place_of(session, visit, person_id)
    if place is None:
        raise Refused("not_yours")
    if visit.state not in (PROPOSED, CONFIRMED) or visit.starts_at <= now:
        raise Refused("not_now", state=visit.state, verb="attend")
    said = YES if coming else NO
    if place.answer == said:
        return False
    place.answer, place.answered_at = said, now
    _remind(session, visit, person_id, coming, now)
    _hold(session, visit)
    deed = history.Deed("attend" if coming else "stay_out", "visit", visit.id, person_id)
    history.write(session, visit.student, deed, now)
    session.flush()
    return True


def _remind(session: Session, visit: Visit, person_id: int, coming: bool, now: datetime) -> None:
    if coming:
        AlsoReminded.wish(session, visit, person_id, now)
    elif wished := session.get(AlsoReminded, (visit.id, person_id)):
        session.delete(wished)


def _hold(session: Session, visit: Visit) -> None:
    """Nobody at the table is double-booked (B12); who took the time is held anyway."""
    others = [p.person_id for p in of_visit(session, visit) if p.answer == YES and p.person_id != visit.confirmed_by_id]
    if others != (visit.joining or []):
        visit.joining = others or None
        hours.settle(session, visit.id, visit.spans())


def settled(session: Session, visit: Visit, person_id: int, anew: bool, now: datetime) -> None:
    """Who takes the time comes herself; after a move everybody else is asked anew."""
    for place in of_visit(session, visit):
        if place.person_id == person_id:
            place.answer, place.answered_at = YES, now
        elif anew:
            place.answer, place.answered_at = ASKED, None
    _hold(session, visit)


def last_to_refuse(session: Session, visit: Visit, person_id: int) -> bool:
    """Whether nobody would be left at the table without this guardian."""
    return all(p.answer == NO for p in of_visit(session, visit) if p.person_id != person_id)


def open_places(session: Session, person_ids: Iterable[int], now: datetime) -> list[tuple[Visit, Participant]]:
    """The settled round tables to come of these guardians, soonest first."""
    query = sa.select(Visit, Participant).join(Participant, Participant.visit_id == Visit.id)
    query = query.where(Participant.person_id.in_(list(person_ids)), Visit.state == CONFIRMED, Visit.starts_at > now)
    return [(visit, place) for visit, place in session.execute(query.order_by(Visit.starts_at))]
