"""What many rows lead to, read in one question: it is a fraction of what the library's own way costs each row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.base import Base
from models.whole import Whole


def those(session: Session, noun: type[Any], column: str, numbers: Iterable[int], order: str = "id") -> list[Any]:
    """The rows of a noun that have one of the numbers in that column."""
    wanted = sorted(set(numbers))
    if not wanted:
        return []
    whole, query = _those(noun, column, order)  # type: ignore[arg-type]  # a class is one
    return [row for (row,) in whole.read(session, query, {"wanted": wanted})]


@cache
def _those(noun: type[Base], column: str, order: str) -> tuple[Whole, sa.Select[*tuple[Any, ...]]]:
    whole, table = Whole(noun), noun.__table__
    query = sa.select(*whole.columns).where(table.c[column].in_(sa.bindparam("wanted", expanding=True)))
    return whole, query.order_by(table.c[order])


def one_each(session: Session, rows: Sequence[Base], way: tuple[str, str], noun: type[Any]) -> None:
    """Gives each row the one that it names: `way` is what it calls it, and its own column."""
    name, column = way
    numbers = [getattr(row, column) for row in rows]
    found = {one.id: one for one in those(session, noun, "id", numbers)}
    for row, number in zip(rows, numbers, strict=True):
        # As the library itself puts there what it has read; its own call for that costs as much as reading.
        row.__dict__[name] = found[number]


def many_each(session: Session, rows: Sequence[Any], way: tuple[str, str], noun: type[Any], order: str = "id") -> None:
    """Gives each row its own of a noun, in that order: `way` is what it calls them, and their column for it."""
    name, column = way
    found: dict[int, list[Any]] = {row.id: [] for row in rows}
    for one in those(session, noun, column, found, order):
        found[getattr(one, column)].append(one)
    for row in rows:
        set_committed_value(row, name, found[row.id])
