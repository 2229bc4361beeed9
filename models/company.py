"""The visits on which somebody goes along, and what she answers when asked (B6)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import history, hours
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


def place_of(visit: Visit, person: Person) -> Companion:
    """The person's place on the visit; refused to whoever was never asked."""
    found = next((c for c in visit.companions if c.person_id == person.id), None)
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
