"""A family that will answer later: until then it is left in peace, then it is asked again (B13)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import history
from models.errors import Refused
from models.visit import Visit
from models.visit_life import Actor


def latest_answer(visit: Visit) -> datetime:
    """When the time on the table lapses at the latest, however long the family wants to think (rulings 7)."""
    assert visit.offer_starts_at is not None
    return visit.offer_starts_at - timedelta(hours=visit.policy.slot_lapse_hours)


def wait(session: Session, visit: Visit, actor: Actor, until: datetime, now: datetime) -> None:
    """The family asks for time. No step: what was shown can still be answered by anybody at any moment.

    From `until` on B13 counts anew, and so does the life of the offer; an hour at which the offer is over is refused.
    """
    if visit.asked != actor.part:
        raise Refused("not_asked", asked=visit.asked)
    if not now < until < latest_answer(visit):
        raise Refused("too_late_to_wait")
    visit.offer_at = visit.wait_until = until
    visit.waits += 1
    deed = history.Deed("wait", "visit", visit.id, actor.person_id)
    history.write(session, visit.student, deed, now, {"until": until.isoformat()})
