"""The ground every row stands on: the declarative base, aware times in UTC, engines and transactions."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, object_session, sessionmaker
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.pool import PoolProxiedConnection

from models import line, prepared
from models.writing import Busy, Crossed, WriteLock, beginning, lock_for, within

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Utc(sa.TypeDecorator[datetime]):
    """An aware moment; a naive one is refused, and the database keeps UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time was given to the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """By the library's own way this would be a third of what it costs to read a row full of moments."""
        return _moment_out_of_text if dialect.name == "sqlite" else _moment


def _moment_out_of_text(written: str | None) -> datetime | None:
    # The zone put behind the text: put upon the moment it would cost six times what reading does.
    return None if written is None else datetime.fromisoformat(written + "+00:00")


def _moment(found: datetime | None) -> datetime | None:
    return None if found is None else found.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the school."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: Utc, dict[str, Any]: sa.JSON, list[str]: sa.JSON}


Sessions = sessionmaker[Session]

#: Seconds that a writer may say nothing in the middle of a transaction until PostgreSQL takes it for dead: its machine
#: is cut off, and what it holds would be held until that machine comes back.
SILENCE = 15.0
#: PostgreSQL: deadlock, serialisation; and a lock that did not come in time.
_CROSSED, _WAITED = ("40P01", "40001"), "55P03"


def make_engine(url: str, patience: float = math.inf) -> sa.Engine:
    """An engine for SQLite (`sqlite:///file.db`) or PostgreSQL (`postgresql+psycopg://…`).

    Of PostgreSQL an answer is awaited for `patience` seconds: nobody sits before a process and ends it.
    """
    if sa.make_url(url).get_backend_name() != "sqlite":
        return line.laid(url, patience)
    engine = sa.create_engine(url, connect_args={"timeout": 2.0, "check_same_thread": False})
    sa.event.listen(engine, "connect", _sqlite_connect)
    # Not as a listener: who listens to an engine is asked before and after every statement.
    engine.dialect.do_begin = _sqlite_begin  # type: ignore[method-assign]
    return engine


def _sqlite_connect(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    # Only the beat takes the log into the database (rulings 36): see jobs/upkeep.
    log = "journal_mode=WAL", "wal_autocheckpoint=0"
    for pragma in (*log, "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(dbapi_connection: PoolProxiedConnection) -> None:
    # A deferred transaction that turns into a writing one fails at once, whatever the busy timeout says.
    driver, limits = cast(sqlite3.Connection, dbapi_connection.driver_connection), beginning.get()
    if limits:
        # In tenths of a second, so that most transactions find it set already.
        tenths = math.ceil(limits.patience * 10)
        if dbapi_connection.info.get("tenths") != tenths:
            driver.execute(f"PRAGMA busy_timeout = {tenths * 100}")
            dbapi_connection.info["tenths"] = tenths
    driver.execute("BEGIN IMMEDIATE" if limits else "BEGIN")


def sessions(engine: sa.Engine) -> Sessions:
    """The factory of this process's sessions; rows stay readable after the commit."""
    factory = sessionmaker(engine, expire_on_commit=False)
    if engine.dialect.name != "sqlite":
        sa.event.listen(factory, "do_orm_execute", lambda asked: prepared.catch_up(asked.session))
        sa.event.listen(factory, "before_flush", lambda session, *_: prepared.catch_up(session))
        sa.event.listen(factory, "after_transaction_create", _before_savepoint)
    return factory


def _before_savepoint(session: Session, transaction: SessionTransaction) -> None:
    """What was to be written later must not be taken back with a savepoint that is about to be set."""
    if transaction.nested:
        prepared.catch_up(session)


@contextmanager
def writing(factory: Sessions, patience: float = 2.0, silence: float = SILENCE) -> Iterator[Session]:
    """One writing transaction, committed at the end.

    On SQLite one writer at a time is let in, in the order of arrival; who waits longer than `patience`
    seconds gets `Busy`, so that a door can answer in time (rel.I2). On PostgreSQL who says nothing for `silence`
    seconds has lost what it held. Who loses the connection gets `Busy`, too, and who waits too long for a row.
    """
    engine: sa.Engine = factory.kw["bind"]
    lock: WriteLock = lock_for(engine)
    deadline = time.monotonic() + patience
    with lock.held(patience), factory() as session:
        begin_to_write(session, max(deadline - time.monotonic(), 0.05), silence)
        try:
            yield session
            session.commit()
        except DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None)
            if state in _CROSSED:
                raise Crossed from error
            if state == _WAITED or error.connection_invalidated:
                raise Busy from error
            raise


def begin_to_write(session: Session, patience: float, silence: float = SILENCE) -> None:
    """Begins to write; who holds the database from outside, or keeps it down, makes it `Busy`."""
    try:
        with within(patience, silence):
            _begun(session)
            prepared.lend(session)
    except (OperationalError, PoolTimeout) as error:
        raise Busy from error


def _begun(session: Session) -> None:
    """Once more over a new connection where the server was started anew since the last one was used."""
    try:
        session.connection()
    except OperationalError as error:
        if not error.connection_invalidated:
            raise
        session.rollback()
        session.connection()


@contextmanager
def reading(factory: Sessions) -> Iterator[Session]:
    """One reading transaction; what is changed in it is not kept."""
    with factory() as session:
        yield session


def write(row: Base, **values: Any) -> None:
    """Writes these columns of one row at once, by a statement of its own: a tenth of what a flush costs."""
    session, identity = object_session(row), sa.inspect(row).identity
    if session is None or identity is None:
        for name, value in values.items():
            setattr(row, name, value)
        return None
    new = {f"new_{name}": value for name, value in values.items()}
    prepared.write_later(session, prepared.updating(type(row), tuple(values)), {"row_key": identity[0]} | new)
    if session.in_nested_transaction():
        return session.expire(row, values)  # what a savepoint takes back is read again
    for name, value in values.items():
        set_committed_value(row, name, value)
    return None
