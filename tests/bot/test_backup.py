"""Backup and restore at the machine: whole copies, and no harm where a restore cannot be right."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.backup import CannotKeep, back_up, examined
from bot.cli import main
from bot.config import SANDBOX_FILE, Config, Database, load
from bot.restore import put_back
from models import sealed
from models.base import Sessions, make_engine, writing
from models.base import sessions as make_sessions
from models.migrations import upgrade
from models.periodic import Heartbeat, mark
from models.person import Person
from tests import cast


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("JIAFANG_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return load(SANDBOX_FILE)


@pytest.fixture
def school(config: Config) -> Sessions:
    engine = make_engine(config.database_url)
    upgrade(engine)
    factory = make_sessions(engine)
    with writing(factory) as session:
        cast.enter(session)
    return factory


def names(config: Config) -> list[str]:
    engine = make_engine(config.database_url)
    with engine.connect() as connection:
        found = list(connection.scalars(sa.select(Person.name).order_by(Person.id)))
    engine.dispose()
    return found


def rename(factory: Sessions, name: str) -> None:
    with writing(factory) as session:
        session.get_one(Person, 1).name = name


def test_a_copy_made_while_others_write_is_whole(config: Config, school: Sessions, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            rename(school, "甲")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [back_up(config, tmp_path / f"{n}.db") for n in range(5)]
    finally:
        done.set()
        writer.join()
    assert {copy.students for copy in copies} == {1}
    assert (tmp_path / "0.db").stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob("*.part"))


def test_a_restore_brings_the_former_rows_and_keeps_the_later_ones_beside(
    config: Config, school: Sessions, tmp_path: Path
) -> None:
    back_up(config, tmp_path / "copy.db")
    rename(school, "乙")
    school.kw["bind"].dispose()
    _, aside = put_back(config, tmp_path / "copy.db")
    assert names(config)[0] == "王敏"
    assert aside is not None
    with sqlite3.connect(aside) as connection:
        assert connection.execute("SELECT name FROM person WHERE id = 1").fetchone() == ("乙",)
    assert sorted(p.name for p in config.data.glob("jiafang.db*")) == ["jiafang.db", "jiafang.db.lock"]
    assert examined(tmp_path / "copy.db").students == 1  # as good for a second time


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda file: file.write_text("not a database at all, whatever it is called"), "is no database"),
        (lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]), "no database, or a damaged one"),
        (lambda file: _change(file, "UPDATE alembic_version SET version_num = '9999'"), "is of release 9999"),
        (lambda file: _change(file, "DROP TABLE alembic_version"), "is of release none"),
    ],
)
def test_what_is_no_good_copy_is_refused_and_changes_nothing(
    config: Config, school: Sessions, tmp_path: Path, broken, said: str
) -> None:
    back_up(config, tmp_path / "copy.db")
    broken(tmp_path / "copy.db")
    with pytest.raises(CannotKeep, match=said):
        put_back(config, tmp_path / "copy.db")
    assert names(config)[0] == "王敏"
    assert not list(config.data.glob("*replaced*"))


def _change(file: Path, statement: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(statement)


def test_another_school_s_key_is_refused(config: Config, school: Sessions, tmp_path: Path) -> None:
    back_up(config, tmp_path / "copy.db")
    former = sealed._master
    sealed.use_master_key(b"another key".ljust(32, b"."))
    try:
        with pytest.raises(CannotKeep, match="another master key"):
            put_back(config, tmp_path / "copy.db")
    finally:
        sealed.use_master_key(former)


def test_nothing_is_restored_under_a_process_that_runs(config: Config, school: Sessions, tmp_path: Path) -> None:
    back_up(config, tmp_path / "copy.db")
    with writing(school) as session:
        session.add(Heartbeat(name="beat here 1", at=datetime.now(UTC)))
    with pytest.raises(CannotKeep, match="it still runs"):
        put_back(config, tmp_path / "copy.db")


def test_a_database_that_tells_nothing_counts_as_having_said_everything(
    config: Config, school: Sessions, tmp_path: Path
) -> None:
    with writing(school) as session:
        mark(session, "timetable", datetime(2026, 11, 20, tzinfo=UTC))
    back_up(config, tmp_path / "copy.db")
    school.kw["bind"].dispose()
    Path(config.data / "jiafang.db").write_bytes(b"all is lost" * 1000)
    began = datetime.now(UTC)
    held, _ = put_back(config, tmp_path / "copy.db")
    assert held.since == datetime(2026, 11, 20, tzinfo=UTC)
    assert held.until >= began


@pytest.mark.parametrize("words", [["backup", "x.db"], ["restore", "pyproject.toml"]])
def test_postgresql_is_backed_up_by_its_own_tools(monkeypatch, capsys, config: Config, words: list[str]) -> None:
    there = Database("postgresql+psycopg://jiafang:secret@db.example/jiafang")
    monkeypatch.setattr("bot.config.load", lambda: config.__class__(**{**vars(config), "database": there}))
    with pytest.raises(SystemExit) as ended:
        main(words)
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert "pg_dump -Fc -f FILE 'postgresql://jiafang:***@db.example/jiafang'" in told
    assert "jiafang restore --loaded" in told
