"""What was kept to learn from is forgotten after its time, looked through or not (rulings 43)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due
from models import unclear
from models.notification import Owed
from models.unclear import KEPT, Unclear


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """The day of the oldest message that was not understood; with it goes all that is as old."""
    oldest = session.scalar(sa.select(sa.func.min(Unclear.at)))
    if oldest is not None:
        yield Due(oldest + KEPT, partial(_forget, session, now), deed=True)


def _forget(session: Session, now: datetime) -> list[Owed]:
    unclear.forget(session, now)
    return []
