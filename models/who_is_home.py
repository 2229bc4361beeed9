"""Who will be at home, and whether the child is (谁在家): told by the family, never a condition (B9)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models import history
from models.errors import Refused
from models.visit import Visit
from models.visit_life import AT_HOME, CONFIRMED, VIDEO

BOTH, ADULTS, WORDS = "both", "adults", "words"
#: At school the child is there anyway, and to a telephone call nobody comes.
ASKED_OF = (AT_HOME, VIDEO)


def may_tell(visit: Visit, now: datetime) -> bool:
    """Whether it still matters, and nobody else's answer is awaited first."""
    return visit.state == CONFIRMED and visit.form in ASKED_OF and now < visit.starts_at


def tell(session: Session, visit: Visit, person_id: int, present: str, words: str, now: datetime) -> None:
    """Keeps it with the visit; the last word counts. No step: what was shown of the visit still holds."""
    if not may_tell(visit, now):
        raise Refused("not_now", state=visit.state, verb="present")
    visit.present, visit.present_words = present, words
    history.write(session, visit.student, history.Deed("present", "visit", visit.id, person_id), now)
    session.flush()
