"""One cheap look at the database: has anything happened, is anything due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.base import Sessions, reading
from models.history import History
from models.inbox import WAITING, Inbound
from models.notification import IS_SENDING, Notification, earliest_due
from models.periodic import PLANNED, PeriodicRun
from models.photo import Photo


@dataclass(frozen=True)
class Glance:
    """What one cheap look at the database shows."""

    marks: tuple[int, ...]  #: they change when anything happens
    planned_at: datetime | None  #: until when all is planned
    send_at: datetime | None  #: when the next message falls due
    lease_until: datetime | None  #: when the first lease runs out, in real time
    voice: int | None = None  #: the first voice message that nobody has listened to yet
    voice_until: datetime | None = None  #: when the first one that was taken, or put off, is free again, in real time
    photo: int | None = None  #: the first photo that nobody has fetched yet
    photo_until: datetime | None = None  #: as of voices


def _newest(table: type[Inbound | History | Notification]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.coalesce(sa.func.max(table.id), 0)).scalar_subquery()


_PHOTO_WAITS = Photo.medium_sealed.is_not(None)
LOOK = sa.select(
    *(_newest(table) for table in (Inbound, History, Notification)),
    sa.select(PeriodicRun.taken_at).where(PeriodicRun.name == PLANNED, PeriodicRun.slot == "").scalar_subquery(),
    earliest_due(),
    sa.select(sa.func.min(Notification.lease_until)).where(IS_SENDING).scalar_subquery(),
    sa.select(sa.func.min(Inbound.id)).where(Inbound.state == WAITING, Inbound.attempts == 0).scalar_subquery(),
    sa.select(sa.func.min(Inbound.lease_until)).where(Inbound.state == WAITING).scalar_subquery(),
    sa.select(sa.func.min(Photo.id)).where(_PHOTO_WAITS, Photo.attempts == 0).scalar_subquery(),
    sa.select(sa.func.min(Photo.lease_until)).where(_PHOTO_WAITS).scalar_subquery(),
)


def look(sessions: Sessions) -> Glance:
    """What there is to see now."""
    with reading(sessions) as session:
        *marks, planned_at, send_at, lease_until, voice, voice_until, photo, photo_until = session.execute(LOOK).one()
    return Glance(tuple(marks), planned_at, send_at, lease_until, voice, voice_until, photo, photo_until)
