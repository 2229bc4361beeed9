"""The database from release to release: every step in one transaction, so that a kill leaves it as it was (rel.I21)."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models.writing import within

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent
#: Seconds that a second copy waits for the first one to finish.
PATIENCE = 60
_LOCK = 5_203_917


def upgrade(engine: sa.Engine) -> None:
    """Brings the database to this release; does nothing when it is there. Two copies at once do no harm."""
    from alembic import command

    # On PostgreSQL it waits as long as the other takes.
    patient = within(PATIENCE, PATIENCE) if engine.dialect.name == "sqlite" else nullcontext()
    with patient, engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        command.upgrade(_settings(connection), "head")


def releases(engine: sa.Engine) -> tuple[str | None, str | None]:
    """What the database is at, and the newest that this program brings."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
    return have, ScriptDirectory(str(FOLDER)).get_current_head()


def knows(release: str) -> bool:
    """Whether this program can bring a database of that release to its own."""
    from alembic.script import ScriptDirectory

    return any(step.revision == release for step in ScriptDirectory(str(FOLDER)).walk_revisions())


def draft(words: str) -> None:
    """Writes the next step from what the tables say now and the steps do not yet; to be read before it is kept."""
    from alembic import command

    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        command.upgrade(_settings(connection), "head")
        number = f"{len(list((FOLDER / 'versions').glob('[0-9]*.py'))) + 1:04}"
        step = command.revision(_settings(connection), words, autogenerate=True, rev_id=number)
    for path in [Path(one.path) for one in (step if isinstance(step, list) else [step]) if one]:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")


def _settings(connection: sa.Connection) -> Config:
    from alembic.config import Config

    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(FOLDER))
    settings.set_main_option("path_separator", "os")
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return settings
