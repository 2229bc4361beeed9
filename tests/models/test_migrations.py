"""The steps lead to the tables that the program uses, on both databases, and a step that is broken off leaves none."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from models.base import make_engine
from models.migrations import releases, upgrade
from models.tables import METADATA


@pytest.fixture
def bare(engine: sa.Engine) -> sa.Engine:
    """A database without a table; the tables come back afterwards."""
    METADATA.drop_all(engine)
    yield engine
    METADATA.drop_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    METADATA.create_all(engine)


def test_the_steps_lead_to_the_tables(bare: sa.Engine) -> None:
    upgrade(bare)
    with bare.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    have, want = releases(bare)
    assert have == want


def test_a_second_upgrade_changes_nothing(bare: sa.Engine) -> None:
    upgrade(bare)
    before = sa.inspect(bare).get_table_names()
    upgrade(bare)
    assert sa.inspect(bare).get_table_names() == before


@pytest.mark.rule("rel.I21")
@pytest.mark.parametrize("broken_at", [1, 5, 20])
def test_a_step_that_is_broken_off_leaves_nothing_behind(bare: sa.Engine, broken_at: int) -> None:
    seen = 0

    def break_off(conn: object, cursor: object, statement: str, *rest: object) -> None:
        nonlocal seen
        seen += statement.lstrip().upper().startswith("CREATE TABLE")
        if seen == broken_at:
            raise KeyboardInterrupt

    sa.event.listen(bare, "before_cursor_execute", break_off)
    with pytest.raises(KeyboardInterrupt):
        upgrade(bare)
    sa.event.remove(bare, "before_cursor_execute", break_off)
    assert sa.inspect(bare).get_table_names() == []
    upgrade(bare)


def _upgrade_and_die(url: str, before: str) -> None:
    """A process that is killed when it is about to say this to the database."""
    engine = make_engine(url)

    def die(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.lstrip().upper().startswith(before):
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(engine, "before_cursor_execute", die)
    upgrade(engine)


@pytest.mark.rule("rel.I21")
@pytest.mark.parametrize("before", ["CREATE TABLE VISIT ", "INSERT INTO ALEMBIC_VERSION"])
def test_a_process_killed_in_a_step_leaves_a_database_that_can_be_upgraded(bare: sa.Engine, before: str) -> None:
    url = bare.url.render_as_string(hide_password=False)
    process = multiprocessing.get_context("spawn").Process(target=_upgrade_and_die, args=(url, before))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    upgrade(bare)
    with bare.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    have, want = releases(bare)
    assert have == want


def _upgrade(url: str) -> None:
    upgrade(make_engine(url))


def test_two_copies_at_once_do_no_harm(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/school.db"
    copies = [multiprocessing.get_context("spawn").Process(target=_upgrade, args=(url,)) for _ in range(2)]
    for copy in copies:
        copy.start()
    for copy in copies:
        copy.join(60)
    assert [copy.exitcode for copy in copies] == [0, 0]
