"""A cry for help that no leader has read after ten minutes goes to the next one, and then to all again (rulings 41)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due
from models import cry
from models.note import SAFETY, Note
from models.notification import Notification
from models.school import School

_LATEST = timedelta(days=1)
_STEPS = (cry.NEXT, cry.AGAIN)  #: each one patience after the other


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """What nobody has read, step by step."""
    unseen = sa.select(Note).where(Note.kind == SAFETY, Note.seen_at.is_(None), Note.at > now - _LATEST)
    for note in session.scalars(unseen.order_by(Note.at)):
        patience = timedelta(minutes=session.get_one(School, note.school_id).policy.cry_unread_minutes)
        gone = _gone(session, note)
        for number, slot in enumerate(_STEPS, 1):
            if slot not in gone:
                yield Due(note.at + number * patience, partial(cry.pass_on, session, note, slot, now))


def _gone(session: Session, note: Note) -> set[str]:
    alerts = sa.select(Notification.slot).where(
        Notification.kind == cry.kind_of(note), Notification.subject_id == note.id
    )
    return set(session.scalars(alerts))
