"""Statements that every message runs: put into the database's words once, then handed straight to its driver.

What the library asks of itself for one statement costs ten times what the database does for it. So the few of every
turn go past it: they are written like all others, in the same transaction, and whoever listens to the engine hears
them, too. Everything else goes the library's own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models.ready import Ready, Statement, Values, of

#: Rows that one INSERT writes at most.
_AT_ONCE = 50
#: In the session's info: a cursor of the driver's, and the transaction for which it is lent.
_LENT = "prepared.lent"


def rows(session: Session, statement: Statement, values: Values) -> list[tuple[Any, ...]]:
    """What the statement finds, or gives back of what it wrote; a list among the values is one of IN.

    What the session has not written yet is written first, as before every question.
    """
    flush(session)
    ready = of(session, statement, values)
    return ready.read(_run(session, ready, ready.given(values), lambda cursor: cursor.fetchall()))


def write(session: Session, statement: Statement, values: Values) -> int:
    """Runs what gives nothing back; how many rows it wrote."""
    ready = of(session, statement, values)
    done: int = _run(session, ready, ready.given(values), lambda cursor: cursor.rowcount)
    return done


def write_later(session: Session, statement: Statement, values: Values) -> None:
    """Runs it before its tables are asked for anything, at the latest with the COMMIT and in one message with that.

    Where the database is no way off, at once.
    """
    ready, cursor = of(session, statement, values), _lent(session)
    if cursor is None or not hasattr(cursor.connection, "later"):
        write(session, statement, values)
    else:
        cursor.connection.later.append((ready.words, ready.given(values), ready.tables))


def write_each(session: Session, statement: Statement, many: Sequence[Values]) -> int:
    """The same with each of many, which all name the same columns."""
    ready = of(session, statement, many[0])
    given = [ready.given(values) for values in many]
    done: int = _run(session, ready, given, lambda cursor: cursor.rowcount, each=True)
    return done


def flush(session: Session) -> None:
    """Writes what the session has changed: nearly always some columns of one row, else all as the library does.

    Raises `StaleDataError` where somebody else has changed that row meanwhile.
    """
    dirty = session.dirty
    if not dirty and not session.new and not session.deleted:
        return
    # Where a savepoint may take it back, the session must know what it has written.
    one = len(dirty) == 1 and not session.new and not session.deleted and not session.in_nested_transaction()
    if not one or not _kept(session, sa.inspect(next(iter(dirty)))):
        session.flush()


def _kept(session: Session, row: Any) -> bool:
    """Writes one row's new columns; False where it takes more than that."""
    before, now, mapper = row.committed_state, row.dict, row.mapper
    version = None if mapper.version_id_col is None else mapper.version_id_col.key
    if not all(name in mapper.columns for name in before) or (version and version not in now):
        return False
    changed = tuple(sorted(name for name, old in before.items() if now[name] != old))
    if changed:
        told = {f"new_{name}": now[name] for name in changed} | {"row_key": row.identity[0]}
        if version:
            told["row_version"] = before.get(version, now[version])
        if write(session, updating(mapper.class_, changed, version), told) != 1:
            raise StaleDataError(f"a row of {mapper.local_table.name} was changed by somebody else")
    row._commit_all(now, session.identity_map)  # noqa: SLF001 - the library's own word for it; it has no other
    return True


@cache
def updating(noun: Any, columns: tuple[str, ...], version: str | None = None) -> sa.Update:
    """An update of these columns, `new_…`, of the row `row_key`, as long as it has `row_version`."""
    table = noun.__table__
    (key,) = table.primary_key
    update = sa.update(table).where(key == sa.bindparam("row_key"))
    if version:
        update = update.where(table.c[version] == sa.bindparam("row_version"))
    return update.values({name: sa.bindparam(f"new_{name}") for name in columns})


def write_all(session: Session, insert: sa.Insert, many: Sequence[Values]) -> int:
    """Inserts many rows by as few statements as can be; how many there are more now."""
    return sum(write(session, *part) for part in _parts(insert, many))


def rows_all(session: Session, insert: sa.Insert, many: Sequence[Values]) -> list[tuple[Any, ...]]:
    """The same for an insert that gives back of what it wrote."""
    return [row for part in _parts(insert, many) for row in rows(session, *part)]


def _parts(insert: sa.Insert, many: Sequence[Values]) -> Iterator[tuple[sa.Insert, Values]]:
    columns = tuple(many[0])
    for start in range(0, len(many), _AT_ONCE):
        part = many[start : start + _AT_ONCE]
        values = {f"{name}_{n}": value for n, row in enumerate(part) for name, value in row.items()}
        yield _several(insert, columns, len(part)), values


@cache
def _several(insert: sa.Insert, columns: tuple[str, ...], many: int) -> sa.Insert:
    types = {name: insert.table.c[name].type for name in columns}
    rows = [{name: sa.bindparam(f"{name}_{n}", type_=its) for name, its in types.items()} for n in range(many)]
    return insert.values(rows)


def lend(session: Session) -> None:
    """Takes a cursor of the session's transaction that has just begun, for as long as that lasts."""
    session.info[_LENT] = session.get_transaction(), session.connection().connection.cursor()


def _lent(session: Session) -> Any:
    """The cursor; none in a savepoint, or when nobody has lent one: asked for its connection the session sets that."""
    whose, cursor = session.info.get(_LENT, (None, None))
    usable = cursor is not None and not session.in_nested_transaction() and whose is session.get_transaction()
    return cursor if usable and not cast(Any, session.bind).dispatch.before_cursor_execute else None


def _run(session: Session, ready: Ready, given: Any, what: Callable[[Any], Any], each: bool = False) -> Any:
    """What is wanted of the cursor after the statement."""
    bind: Any = session.bind
    cursor = _lent(session)
    if cursor is None:
        connection = session.connection()
        if bind.dispatch.before_cursor_execute:
            return what(connection.exec_driver_sql(ready.words, _as_heard(given, each)))
        cursor = connection.connection.cursor()
    try:
        later = getattr(cursor.connection, "later", ())
        if wanted := [n for n, (_, _, tables) in enumerate(later, 1) if not ready.tables.isdisjoint(tables)]:
            _catch_up(cursor, wanted[-1])
        cursor.executemany(ready.words, given) if each else cursor.execute(ready.words, given)
        return what(cursor)
    except bind.dialect.loaded_dbapi.Error as error:
        raise _told(session, ready.words, error) from error


def catch_up(session: Session) -> None:
    """Runs what was to be written later: somebody asks the database past us."""
    _, cursor = session.info.get(_LENT, (None, None))
    if cursor is not None and getattr(cursor.connection, "later", None):
        try:
            _catch_up(cursor, len(cursor.connection.later))
        except cast(Any, session.bind).dialect.loaded_dbapi.Error as error:
            raise _told(session, "what was to be written later", error) from error


def _catch_up(cursor: Any, many: int) -> None:
    """Runs so many of them, in their order."""
    later = cursor.connection.later
    for words, given, _ in later[:many]:
        cursor.execute(words, given)
    del later[:many]


def _as_heard(given: Any, each: bool) -> Any:
    """What is given as the library wants it."""
    if each:
        return [_as_heard(one, False) for one in given]
    return tuple(given) if isinstance(given, list) else given


def _told(session: Session, words: str, error: Any) -> Exception:
    """The driver's error as the library tells it, without what was given; a connection that is lost is given up."""
    connection = session.connection()
    dialect: Any = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.driver_connection, None)
    if lost:
        connection.invalidate(error)
    theirs = dialect.loaded_dbapi.Error
    told: Exception = DBAPIError.instance(
        words, None, error, theirs, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
    return told
