"""What a teacher has to see to (跟进) is said on its day, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.agenda import Due, owed_already
from jobs.rhythm import near
from models.action_item import OPEN, ActionItem
from models.notification import Owed

_LATEST = timedelta(days=1)  #: later than this it only stands in the list


def agenda(session: Session, now: datetime) -> Iterator[Due]:
    """Items whose hour has come."""
    item = ActionItem
    key = {"school_id": item.school_id, "subject_id": item.id, "round": item.round}
    query = sa.select(item.id, item.school_id, item.teacher_id, item.round, item.due_at).where(
        item.state == OPEN, item.due_at > now - _LATEST, item.due_at > item.created_at, ~owed_already("item.due", **key)
    )
    for row in near(session, query, item.due_at, now):
        yield Due(row.due_at, partial(_remind, row, now))


def _remind(row: sa.Row[Any], now: datetime) -> list[Owed]:
    ends = row.due_at + _LATEST
    return [Owed(row.school_id, "item.due", row.id, row.teacher_id, now, round=row.round, expires_at=ends)]
