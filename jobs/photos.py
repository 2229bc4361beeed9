"""Fetches the photos of records, frees them of what the camera wrote, and seals them (R3)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from bot import incident
from bot.wechat.client import SendError
from jobs.context import World
from jobs.fetching import LEASE, PATIENCE, TRIES, free_again, in_rounds, side_by_side
from models import picture
from models.base import reading, writing
from models.notification import TODAY, Owed, owe
from models.photo import Photo
from models.school import School
from models.writing import Busy

log = logging.getLogger("jiafang.photos")


@dataclass(frozen=True)
class _Taken:
    """A photo that was taken to be fetched."""

    id: int
    attempts: int
    account: str
    medium: str


def keep(world: World, limit: int = 20) -> int:
    """Fetches what waits, at most so many; returns how many it has dealt with, those to be tried again among them."""
    return in_rounds(limit, partial(_anything, world), partial(_round, world))


def _anything(world: World) -> bool:
    with reading(world.sessions) as session:
        query = sa.select(Photo.id).where(Photo.medium_sealed.is_not(None)).limit(1)
        return session.execute(query).first() is not None


def _round(world: World, limit: int) -> int:
    with writing(world.sessions, PATIENCE) as session:
        rows = Photo.to_fetch(session, datetime.now(UTC), LEASE, limit)
        opened = [_opened(world, session, row) for row in rows]
    side_by_side(partial(_fetch, world), [taken for taken in opened if taken is not None], "photos")
    return len(rows)


def _opened(world: World, session: Session, row: Photo) -> _Taken | None:
    """What is to be fetched; None when it is done with."""
    account = session.get_one(School, row.school_id).account
    if row.attempts > TRIES or account not in world.clients:
        _give_up(world, session, row, "lost")
        return None
    try:
        return _Taken(row.id, row.attempts, account, row.medium)
    except InvalidTag:
        # The child's key was made anew since: what was sealed before is sealed for ever.
        row.remove(session, None, world.clock.now())
        return None


def _fetch(world: World, taken: _Taken) -> None:
    """Outside any transaction, until the picture is there."""
    try:
        kind, data = picture.bare(world.clients[taken.account].medium(taken.medium))
        with writing(world.sessions, PATIENCE) as session:
            row = Photo.waiting(session, taken.id)
            if row is not None:
                row.keep(session, kind, data, world.clock.now())
    except picture.NotAPicture:
        _put_off(world, taken, "kind", at_once=True)
    except SendError as error:
        log.warning("account %s: a photo could not be fetched: %s", taken.account, error)
        _put_off(world, taken, "lost", at_once=error.permanent)
    except Busy:
        _put_off(world, taken, "lost")
    except Exception as bug:  # noqa: BLE001 - one photo's trouble is that photo's alone
        incident.record(bug, "fetching a photo")
        _put_off(world, taken, "lost")


def _put_off(world: World, taken: _Taken, why: str, at_once: bool = False) -> None:
    """It will be tried again, or never; an attempt that came too late changes nothing."""
    try:
        with writing(world.sessions, PATIENCE) as session:
            row = Photo.waiting(session, taken.id)
            if row is None or row.attempts != taken.attempts:
                return
            if at_once or row.attempts >= TRIES:
                _give_up(world, session, row, why)
            else:
                row.lease_until = free_again(row.attempts)
    except Busy:
        # The lease runs out by itself.
        log.warning("account %s: a photo could not be put off", taken.account)


def _give_up(world: World, session: Session, row: Photo, why: str) -> None:
    """It is not part of the record, and its author is told."""
    now = world.clock.now()
    row.remove(session, None, now)
    owed = Owed(row.school_id, "photo.lost", row.id, row.author_id, now, facts={"why": why}, priority=TODAY)
    owe(session, [owed], now)
