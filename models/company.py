"""The visits on which somebody goes along, and what she answers when asked (B6)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import companion, history, hours
from models.charge import in_charge
from models.companion import ASKED, NO, YES, Companion
from models.errors import Refused
from models.person import Person
from models.visit import Visit
from models.visit_life import CONFIRMED, PROPOSED


def visits_with(session: Session, person: Person, *states: str) -> list[Visit]:
    """Others' visits in these states on which this person goes along, soonest first."""
    query = sa.select(Visit).join(Companion, Companion.visit_id == Visit.id)
    query = query.where(Companion.person_id == person.id, Companion.answer != NO, Visit.state.in_(states))
    return list(session.scalars(query.order_by(Visit.starts_at)))


def asking(session: Session, person: Person, now: datetime) -> list[Visit]:
    """Visits to come on which this person has been asked along and has not answered."""
    visits = visits_with(session, person, PROPOSED, CONFIRMED)
    return [v for v in visits if v.starts_at > now and place_of(v, person).answer == ASKED]


def place(visit: Visit, person_id: int) -> Companion | None:
    """The person's place on the visit; none for whoever was never asked, or is needed no more."""
    return next((c for c in visit.companions if c.person_id == person_id), None)


def place_of(visit: Visit, person: Person) -> Companion:
    """The same; refused to whoever has none."""
    found = place(visit, person.id)
    if found is None:
        raise Refused("not_yours")
    return found


def answer(session: Session, visit: Visit, person: Person, going: bool, now: datetime) -> bool:
    """Takes an answer; a no frees that person's hours, the visit itself stays as it is. False: nothing new."""
    place = place_of(visit, person)
    if visit.state not in (PROPOSED, CONFIRMED) or visit.starts_at <= now:
        raise Refused("not_now", state=visit.state, verb="accompany")
    said = YES if going else NO
    if place.answer == said:
        return False
    place.answer, place.answered_at = said, now
    hours.settle(session, visit.id, visit.spans())
    deed = history.Deed("accompany" if going else "stay_away", "visit", visit.id, person.id)
    history.write(session, visit.student, deed, now)
    return True


def invite(session: Session, visit: Visit, by: Person, person: Person, now: datetime) -> bool:
    """Asks a colleague along on a visit that is on its way; her hour is held at once. False: she is asked already."""
    _in_time(visit, by, now)
    if not person.on_staff or person.school_id != visit.school_id or person.left_at is not None:
        raise Refused("not_a_colleague")
    seat = place(visit, person.id)
    if person.id == visit.teacher_id or (seat is not None and seat.answer != NO):
        return False
    if seat is not None:
        # Asked anew after a no: a new question, which is chased by itself.
        _leave(session, visit, seat)
    seat = Companion(person=person, person_id=person.id, answer=ASKED, asked_at=now)
    visit.companions.append(seat)
    visit.accompanied = True
    _settled(session, visit, by, "invite", person, now)
    companion.ask_one(session, visit, seat, now)
    return True


def release(session: Session, visit: Visit, by: Person, person: Person, now: datetime) -> None:
    """She is needed no more: her hour is free, and she hears it unless she had said no."""
    _in_time(visit, by, now)
    seat = place_of(visit, person)
    _leave(session, visit, seat)
    visit.accompanied = bool(visit.companions)
    _settled(session, visit, by, "release", person, now)
    if seat.answer != NO:
        companion.tell_one(session, visit, "companion.released", person.id, now)


def _leave(session: Session, visit: Visit, seat: Companion) -> None:
    visit.companions.remove(seat)
    session.delete(seat)
    session.flush()


def _in_time(visit: Visit, by: Person, now: datetime) -> None:
    if not in_charge(by, visit):
        raise Refused("not_yours")
    if visit.state not in (PROPOSED, CONFIRMED) or visit.starts_at <= now:
        raise Refused("not_now", state=visit.state, verb="invite")


def _settled(session: Session, visit: Visit, by: Person, verb: str, person: Person, now: datetime) -> None:
    session.flush()
    hours.settle(session, visit.id, visit.spans())
    history.write(session, visit.student, history.Deed(verb, "visit", visit.id, by.id), now, {"who": person.name})
