"""How Alembic finds the tables; the transaction is the caller's."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from models.base import Utc
from models.tables import METADATA


def plainly(kind: str, item: Any, autogenerating: AutogenContext) -> str | Literal[False]:
    """Steps must stay what they were: they name the database's types, not ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Utc) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
    render_item=plainly,
)
with context.begin_transaction():
    context.run_migrations()
