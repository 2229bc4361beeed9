"""Fetches the photos of records, frees them of what the camera wrote, and seals them (R3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from jobs.context import World
from jobs.fetching import LEASE, PATIENCE, TRIES, Errand, in_rounds, side_by_side
from models import failpoint, picture
from models.base import reading, writing
from models.notification import TODAY, Owed, owe
from models.photo import Photo
from models.school import School


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
    failpoint.reach("photo.taken")
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
    errand: Errand[Photo] = Errand(
        world.sessions,
        "a photo",
        taken.account,
        taken.attempts,
        lambda session: Photo.waiting(session, taken.id),
        partial(_give_up, world),
    )
    errand.run(lambda: _kept(world, taken, errand), "lost")


def _kept(world: World, taken: _Taken, errand: Errand[Photo]) -> None:
    try:
        kind, data = picture.bare(world.clients[taken.account].medium(taken.medium))
    except picture.NotAPicture:
        errand.put_off("kind", at_once=True)
        return
    failpoint.reach("photo.fetched")
    with writing(world.sessions, PATIENCE) as session:
        row = Photo.waiting(session, taken.id)
        if row is not None:
            row.keep(session, kind, data, world.clock.now())
            session.flush()
            failpoint.reach("photo.kept")
    failpoint.reach("photo.written")


def _give_up(world: World, session: Session, row: Photo, why: str) -> None:
    """It is not part of the record, and its author is told."""
    now = world.clock.now()
    row.remove(session, None, now)
    owed = Owed(row.school_id, "photo.lost", row.id, row.author_id, now, facts={"why": why}, priority=TODAY)
    owe(session, [owed], now)
