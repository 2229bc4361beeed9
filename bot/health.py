"""How the school's bot is: what `healthz` answers and an alarm can watch. Counts and ages only, nobody's data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import redis as redis_client
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.base import Sessions, reading
from models.inbox import WAITING, Inbound
from models.notification import IS_PENDING, IS_SENDING, OTHER, SAFETY, TODAY, Notification
from models.periodic import Heartbeat
from models.photo import Photo
from models.school import School
from models.sending import STOPPED

#: A beat that has not been heard for so long is not there; it says so every few seconds.
SILENCE = timedelta(seconds=60)
#: A message may wait for its turn so long before somebody should look.
LATE = timedelta(seconds=60)
#: One after the other along the outbox's indexes, so that years of messages sent are not read each time.
_LATE = sa.select(sa.func.count(), sa.func.min(Notification.due_at)).where(Notification.due_at < sa.bindparam("late"))
OVERDUE = (_LATE.where(IS_PENDING, Notification.priority.in_((SAFETY, TODAY, OTHER))), _LATE.where(IS_SENDING))


def state(sessions: Sessions, redis: redis_client.Redis | None, now: datetime) -> dict[str, Any]:
    """`state` is up, degraded (reminders go on) or down (pushes are refused); `now` is the school's clock.

    The signs of life are in real time, whatever the school's clock says (rulings 26).
    """
    told: dict[str, Any] = {"redis": _redis(redis)}
    try:
        with reading(sessions) as session:
            told |= {"database": "ok", "beat": _beat(session), "workers": _workers(session)}
            told |= {"outbox": _outbox(session, now), "sending": _sending(session), "fetching": _fetching(session)}
    except SQLAlchemyError as error:
        told |= {"database": f"no answer ({type(error).__name__})"}
    return {"state": _summary(told), **told}


def _summary(told: dict[str, Any]) -> str:
    if told["database"] != "ok":
        return "down"
    well = told["redis"] == "ok" and told["beat"]["heard"] and told["workers"] and not told["outbox"]["overdue"]
    return "up" if well else "degraded"


def _redis(redis: redis_client.Redis | None) -> str:
    if redis is None:
        return "none"
    try:
        redis.ping()
    except redis_client.RedisError as error:
        return f"no answer ({type(error).__name__})"
    return "ok"


def _beat(session: Session) -> dict[str, Any]:
    last = session.scalar(sa.select(sa.func.max(Heartbeat.at)).where(Heartbeat.name.like("beat%")))
    age = datetime.now(UTC) - last if last else None
    return {"heard": age is not None and age < SILENCE, "age": round(age.total_seconds()) if age else None}


def _workers(session: Session) -> int:
    """How many have been heard; without one the beats send, later and more slowly."""
    signs = Heartbeat.name.like("worker%"), Heartbeat.at > datetime.now(UTC) - SILENCE
    return session.scalar(sa.select(sa.func.count()).where(*signs)) or 0


def _fetching(session: Session) -> int:
    """Voice messages and photos that wait to be fetched from the platform."""
    voices = sa.select(sa.func.count()).where(Inbound.state == WAITING)
    photos = sa.select(sa.func.count()).where(Photo.medium_sealed.is_not(None))
    return sum(session.scalar(query) or 0 for query in (voices, photos))


def _sending(session: Session) -> dict[str, int]:
    """How many schools have stopped everything that is sent, and how many messages wait for that."""
    stopped = sa.select(sa.func.count()).where(School.sending_stopped_at.is_not(None))
    many = session.scalar(stopped) or 0
    held = sa.select(sa.func.count()).where(IS_PENDING, Notification.reason == STOPPED)
    return {"stopped": many, "waiting": session.scalar(held) or 0 if many else 0}


def _outbox(session: Session, now: datetime) -> dict[str, Any]:
    counts, firsts = zip(*(session.execute(query, {"late": now - LATE}).one() for query in OVERDUE), strict=True)
    oldest = min((at for at in firsts if at is not None), default=None)
    return {"overdue": sum(counts), "oldest": round((now - oldest).total_seconds()) if oldest else None}
