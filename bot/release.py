"""Which release of the database there is, and which one this program needs."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

import models

MIGRATIONS = Path(models.__file__).parent / "migrations"


def of(engine: sa.Engine) -> tuple[str | None, str | None]:
    """What the database is at, and the newest that this program brings."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        have = MigrationContext.configure(connection).get_current_revision()
    return have, ScriptDirectory(str(MIGRATIONS)).get_current_head()
