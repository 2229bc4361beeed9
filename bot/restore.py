"""A backup is put back: checked, made safe, and only then exchanged for what was there, which is kept beside it."""

from __future__ import annotations

import shutil
import socket
import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import lock
from bot.backup import CannotKeep, Copy, database_file, examined, settle
from bot.clock import Clock
from bot.config import Config
from bot.erased_file import noted
from bot.scrub import scrub
from models import erased_again, restored
from models.base import Sessions, make_engine, reading, sessions, writing
from models.erasure import Erased
from models.migrations import upgrade
from models.notification import Notification
from models.periodic import ClockTurn, Heartbeat
from models.restored import HeldBack

#: A process that runs says so every ten seconds.
SILENCE = timedelta(seconds=30)


@dataclass(frozen=True)
class Present:
    """What the database that is replaced still tells."""

    until: datetime | None = None  #: until when it may have said something; none: until now
    turned: tuple[float, datetime | None] | None = None  #: the sandbox's clock, which is the world's and goes on
    erased: tuple[Erased, ...] = ()


def put_back(config: Config, backup: Path) -> tuple[HeldBack, Path | None]:
    """What was held back, and where the replaced database lies."""
    with lock.hold(config.data):
        target = database_file(config)
        copy = examined(backup)
        present = _present(config, copy)
        part = target.with_name(f"{target.name}.restoring")
        shutil.copyfile(backup, part)
        part.chmod(0o600)
        held = _made_safe(part, present, config)
        aside = _set_aside(target) if target.exists() else None
        settle(part, target)
        Path(f"{part}.lock").unlink(missing_ok=True)
    return held, aside


def loaded(config: Config) -> HeldBack:
    """The same for a database that another program has put back in place."""
    with lock.hold(config.data):
        engine = make_engine(config.database_url)
        try:
            factory = sessions(engine)
            _nobody_runs(factory)
            return _hold_back(factory, config, Present())
        finally:
            engine.dispose()


def _present(config: Config, copy: Copy) -> Present:
    """Looked at before anything is touched; a database that cannot be read tells nothing."""
    if not database_file(config).exists():
        return Present()
    engine = make_engine(config.database_url)
    try:
        factory = sessions(engine)
        _nobody_runs(factory)
        with reading(factory) as session:
            row = session.get(ClockTurn, 1) if config.sandbox.enabled else None
            turned = (row.seconds, row.held_at) if row else None
            return Present(_said_until(session, copy), turned, tuple(erased_again.known(session)))
    except (SQLAlchemyError, sqlite3.DatabaseError):
        return Present()
    finally:
        engine.dispose()


def _said_until(session: Session, copy: Copy) -> datetime | None:
    """Until when the present database said something, if it went on from where the copy was made."""
    planned = restored.planned_until(session)
    if planned is None or (copy.planned and planned < copy.planned):
        return None
    last = sa.select(sa.func.max(Notification.done_at), sa.func.max(Notification.tried_at))
    return max(moment for moment in (planned, *session.execute(last).one()) if moment)


def _nobody_runs(factory: Sessions) -> None:
    with reading(factory) as session:
        running = sa.select(Heartbeat.name).where(Heartbeat.at > datetime.now(UTC) - SILENCE)
        names = [name for name in session.scalars(running) if not _ended_here(name)]
    if names:
        raise CannotKeep(f"it still runs ({names[0]} was heard a moment ago): stop it everywhere, then restore")


def _ended_here(name: str) -> bool:
    """Whether the process that signed so, as `beat HOST PID`, was one of this machine and has ended."""
    _, _, at = name.partition(" ")
    host, _, number = at.rpartition(" ")
    if host != socket.gethostname()[:30] or not number.isdigit():
        return False
    return not lock.lives(number)


def _made_safe(part: Path, present: Present, config: Config) -> HeldBack:
    engine = make_engine(f"sqlite:///{part}")
    try:
        upgrade(engine)
        factory = sessions(engine)
        if present.turned is not None:
            with writing(factory) as session:
                session.merge(ClockTurn(id=1, seconds=present.turned[0], held_at=present.turned[1]))
        held = _hold_back(factory, config, present)
        if held.erased:
            scrub(engine)
        return held
    finally:
        # What was just written must be in the file itself, for the file alone is moved.
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()


def _hold_back(factory: Sessions, config: Config, present: Present) -> HeldBack:
    now = Clock(factory if config.sandbox.enabled else None).now()
    with writing(factory) as session:
        session.execute(sa.delete(Heartbeat))
        erased = erased_again.erase_again(session, (*noted(config), *present.erased), now)
        return replace(restored.hold_back(session, min(present.until or now, now), now), erased=erased)


def _set_aside(target: Path) -> Path:
    """The replaced database with its log keeps lying beside the new one."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    aside = target.with_name(f"{target.stem}.replaced-{stamp}{target.suffix}")
    target.replace(aside)
    for ending in ("-wal", "-shm"):
        log = target.with_name(target.name + ending)
        if log.exists():
            log.replace(aside.with_name(aside.name + ending))
    return aside
