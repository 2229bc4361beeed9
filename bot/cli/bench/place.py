"""Where is measured: a folder that is thrown away, a configuration in it, and a database that was empty before."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from bot import process
from bot.config import SANDBOX_FILE, Config, load
from models.base import Sessions, make_engine, sessions
from models.tables import METADATA


@dataclass(frozen=True)
class Place:
    """An empty school's ground."""

    config: Config
    sessions: Sessions

    @property
    def engine(self) -> sa.Engine:
        engine: sa.Engine = self.sessions.kw["bind"]
        return engine

    @property
    def database(self) -> str:
        return self.engine.dialect.name

    def count(self, tables: str = "") -> None:
        """Has PostgreSQL look at what was put in, as it does by itself within a minute; until then it guesses."""
        if self.database == "postgresql":
            with self.engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute(f"VACUUM ANALYZE {tables}")


@contextmanager
def place(database: str | None, burst: int | None = None) -> Iterator[Place]:
    """All tables, empty; afterwards everything is gone. A database that holds anything is left alone.

    `burst` is how many messages the account takes from one phone at once; none: as the sandbox.
    """
    with tempfile.TemporaryDirectory(prefix="jiafang-bench-") as name:
        file = Path(name) / "config.toml"
        named = f'\n[database]\nurl = "{database}"\n' if database else ""
        sandbox = SANDBOX_FILE.read_text("utf-8")
        if burst is not None:
            sandbox = re.sub(r"^burst = \d+$", f"burst = {burst}", sandbox, flags=re.MULTILINE)
        file.write_text('data = "."\n' + sandbox + named, "utf-8")
        config = process.begin(load(file), "bench")
        engine = make_engine(config.database_url)
        if sa.inspect(engine).get_table_names():
            raise click.ClickException("--db: that database is not empty; give the benchmark one of its own")
        METADATA.create_all(engine)
        try:
            yield Place(config, sessions(engine))
        finally:
            METADATA.drop_all(engine)
            engine.dispose()
