"""A whole copy of the database while everything runs, and what such a copy is worth."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from bot.config import Config
from bot.process import CannotStart
from models import sealed
from models.base import reading, sessions
from models.migrations import knows, releases
from models.person import Person
from models.restored import planned_until
from models.student import Student

_AS_IT_LIES = "mode=ro&immutable=1"


class CannotKeep(CannotStart):
    """No backup, or no restore, in one line: why not, and what to do."""


@dataclass(frozen=True)
class Copy:
    """What a copy holds."""

    release: str
    planned: datetime | None  #: until when all that fell due in it was planned: about when it was made
    students: int


def database_file(config: Config) -> Path:
    """The SQLite file; for PostgreSQL the line to type instead."""
    url = sa.make_url(config.database_url)
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "")
    plain = url.set(drivername="postgresql").render_as_string(hide_password=True)
    raise CannotKeep(
        f"PostgreSQL keeps its own backups: pg_dump -Fc -f FILE '{plain}'; to restore: stop everything,"
        f" pg_restore --clean --if-exists -d '{plain}' FILE, then jiafang restore --loaded"
    )


def back_up(config: Config, target: Path) -> Copy:
    """Writes the copy; it appears under its name only when it is whole, and only its owner can read it."""
    source = database_file(config)
    if not source.exists():
        raise CannotKeep(f"there is no database at {source} yet")
    if target.exists():
        raise CannotKeep(f"{target} exists; a backup never replaces a file")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)
        with closing(sqlite3.connect(source, timeout=30.0)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        copy = examined(part)
        settle(part, target)
    except sqlite3.Error as error:
        raise CannotKeep(f"no backup was made: {error}") from None
    finally:
        part.unlink(missing_ok=True)
    return copy


def settle(part: Path, target: Path) -> None:
    """Gives a finished file its name, so that not even a power cut leaves half of one."""
    _written(part)
    part.replace(target)
    _written(target.parent)


def _written(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def examined(path: Path) -> Copy:
    """Looks whether a copy is whole, of a release that this program knows, and opened by our master key."""
    # Nothing of a backup is changed by looking at it, not even the way in which it keeps its log.
    address = f"{path.absolute().as_uri()}?{_AS_IT_LIES}"
    engine = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
    try:
        with engine.connect() as connection:
            sound = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if sound != "ok":
            raise CannotKeep(f"{path} is damaged: {sound}")
        have, want = releases(engine)
        if have is None or not knows(have):
            known = f"{path} is of release {have or 'none'}, and this program of {want}"
            raise CannotKeep(f"{known}: use the one that made it")
        return _looked_into(engine, path, have)
    except DatabaseError as error:
        raise CannotKeep(f"{path} is no database, or a damaged one: {error.orig}") from None
    finally:
        engine.dispose()


def _looked_into(engine: sa.Engine, path: Path, release: str) -> Copy:
    with reading(sessions(engine)) as session:
        key = session.scalar(sa.select(Person.data_key).limit(1))
        if key is not None and not sealed.opens(key):
            raise CannotKeep(f"{path} belongs to another master key; put that key back first")
        students = session.scalar(sa.select(sa.func.count()).select_from(Student)) or 0
        return Copy(release, planned_until(session), students)
