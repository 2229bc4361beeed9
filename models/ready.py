"""A statement in the words of one database, made once: what is given to its driver, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

Statement = sa.Select[*tuple[Any, ...]] | sa.Insert | sa.Update
Values = Mapping[str, Any]
_Turn = Callable[[Any], Any]

#: Up to this length lists are made as long as a power of two, above as its multiples.
_EVEN = 32


class Giving(NamedTuple):
    """One thing that the driver is given."""

    here: str | None  #: its name among the values; none: it is always the same
    at: int | None  #: which one of a list
    turn: _Turn | None  #: makes it the driver's
    fixed: Any


class Ready(NamedTuple):
    """A statement in the words of one database."""

    words: str
    giving: Sequence[Giving]
    names: Sequence[str] | None  #: what the driver calls them; none where it counts
    reading: Sequence[tuple[int, _Turn]]
    tables: frozenset[str]

    def given(self, values: Values) -> Any:
        """The values as the driver wants them."""
        given = []
        for here, at, turn, fixed in self.giving:
            value = fixed if here is None else values[here] if at is None else _nth(values[here], at)
            given.append(value if turn is None or value is None else turn(value))
        return given if self.names is None else dict(zip(self.names, given, strict=True))

    def read(self, found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """What the driver found as the school knows it."""
        return [self._row(row) for row in found] if self.reading else found

    def _row(self, row: Sequence[Any]) -> tuple[Any, ...]:
        columns = list(row)
        for at, turn in self.reading:
            columns[at] = turn(columns[at])
        return tuple(columns)


#: Statements are made once, so that there are some dozens; one made anew each time must not fill the memory.
_KEPT = 1000
_ready: dict[tuple[object, ...], Ready] = {}


def _nth(its: Sequence[Any], at: int) -> Any:
    return its[at] if at < len(its) else its[-1]


def _room(many: int) -> int:
    """For how many a list's statement is made: its last again and again changes no IN, and few do for all lengths."""
    if many > _EVEN:
        return -(-many // _EVEN) * _EVEN
    return 1 << (many - 1).bit_length() if many else 0


def of(session: Session, statement: Statement, values: Values) -> Ready:
    """The statement for this session's database; made once for each set of values' names."""
    bind: Any = session.bind
    lists = tuple([(name, _room(len(value))) for name, value in values.items() if type(value) is list])
    key = statement, bind.dialect.name, tuple(values), lists
    ready = _ready.get(key)
    if ready is None:
        if len(_ready) >= _KEPT:
            _ready.clear()
        ready = _ready[key] = _made(statement, bind.dialect, values)
    return ready


def _made(statement: Any, dialect: sa.Dialect, values: Values) -> Ready:
    compiled: Any = statement.compile(dialect=dialect, column_keys=None if statement.is_select else list(values))
    if compiled.insert_prefetch or compiled.update_prefetch:
        raise ValueError("a column that has a default must be given")
    lists = {name: value for name, value in values.items() if compiled.binds[name].expanding}
    roomy = {name: [_nth(its, n) for n in range(_room(len(its)))] for name, its in lists.items()}
    whole = compiled.construct_expanded_state({**values, **roomy}, escape_names=False)
    spread = {name: (whose, n) for whose, names in whole.parameter_expansion.items() for n, name in enumerate(names)}
    names, giving = whole.positiontup or list(whole.parameters), []
    for name in names:
        here, at = spread.get(name, (name, None))
        turn = compiled.binds[here].type.dialect_impl(dialect).bind_processor(dialect)
        known = here in values
        giving.append(Giving(here if known else None, at, turn, None if known else whole.parameters[name]))
    told = statement.selected_columns if statement.is_select else compiled.effective_returning or ()
    readers = ((n, c.type.dialect_impl(dialect).result_processor(dialect, None)) for n, c in enumerate(told))
    reading = [(n, turn) for n, turn in readers if turn is not None]
    tables = frozenset(each.name for each in visitors.iterate(statement) if isinstance(each, sa.Table))
    return Ready(whole.statement, giving, None if compiled.positional else names, reading, tables)
