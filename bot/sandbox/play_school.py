"""The school of a play: a database with everybody in it, bound and consenting, as it is before the first line."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from bot import process, roster_file, schools
from bot.config import SANDBOX_FILE, Config, load
from bot.sandbox.cast import bind_everybody
from bot.sandbox.demo import load_demo
from models import roster
from models.base import make_engine, sessions, writing
from models.migrations import upgrade
from models.school import School

BEFORE_THE_PLAY = datetime(2026, 9, 1, tzinfo=UTC)


def configured(folder: Path) -> Config:
    """The sandbox's configuration in a folder of the play's own."""
    folder.joinpath("config.toml").write_text('data = "."\n' + SANDBOX_FILE.read_text("utf-8"), "utf-8")
    folder.joinpath("master.key").write_text(hashlib.sha256(b"a play").hexdigest() + "\n")
    folder.joinpath("master.key").chmod(0o600)
    return process.begin(load(folder / "config.toml"), "play")


@cache
def prepared(school_file: Path | None) -> Path:
    """A database with the school in it, everybody bound and consenting; made once per process."""
    home = Path(tempfile.mkdtemp(prefix="jiafang-school-"))
    config = configured(home)
    engine = make_engine(f"sqlite:///{home / 'jiafang.db'}")
    upgrade(engine)
    with writing(sessions(engine)) as session:
        schools.settle(session, config)
        session.flush()
        school = session.scalars(sa.select(School)).one()
        if school_file is None:
            load_demo(session, BEFORE_THE_PLAY)
        else:
            roster.apply(session, school, roster_file.read_roster(school_file), BEFORE_THE_PLAY, confirmed=True)
        session.flush()
        bind_everybody(session, school, school.account, BEFORE_THE_PLAY)
    engine.dispose()
    return home / "jiafang.db"
