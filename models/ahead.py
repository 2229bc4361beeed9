"""What many rows lead to, read in one question: it is a fraction of what the library's own way costs each row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.base import ExecutableOption

from models.base import Base


def one_each(
    session: Session, rows: Sequence[Base], way: tuple[str, str], noun: type[Any], *options: ExecutableOption
) -> None:
    """Gives each row the one that it names: `way` is what it calls it, and its own column."""
    name, column = way
    query = sa.select(noun).options(*options).where(noun.id.in_({getattr(row, column) for row in rows}))
    found = {one.id: one for one in session.scalars(query)} if rows else {}
    for row in rows:
        # As the library itself puts there what it has read; its own call for that costs as much as reading.
        row.__dict__[name] = found[getattr(row, column)]


def many_each(rows: Sequence[Any], way: tuple[str, str], those: Iterable[Any]) -> None:
    """Gives each row its own of those, in their order: `way` is what it calls them, and their column for it."""
    name, column = way
    found: dict[int, list[Any]] = {}
    for one in those:
        found.setdefault(getattr(one, column), []).append(one)
    for row in rows:
        set_committed_value(row, name, found.get(row.id, []))
