"""A periodic run is a row: it happens once per slot, catches up after a stop, and two clocks at once do no harm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base

PLANNED = "timetable"  #: under which name it is written down until when all that falls due was planned


class PeriodicRun(Base):
    """One slot of one periodic job, taken."""

    __tablename__ = "periodic_run"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    slot: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    taken_at: Mapped[datetime]


def take(session: Session, name: str, slot: str, now: datetime) -> bool:
    """Whether this caller is the one to run the slot."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(PeriodicRun).values(name=name, slot=slot, taken_at=now).on_conflict_do_nothing()
    # Without the option PostgreSQL's count of an INSERT is gone before it can be read.
    done = session.execute(statement, execution_options={"preserve_rowcount": True})
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def untaken(session: Session, name: str, school_ids: Sequence[int], slot: str) -> list[int]:
    """The schools whose slot of a job, called `name.school`, nobody has run yet."""
    names = {f"{name}.{school_id}": school_id for school_id in school_ids}
    taken = sa.select(PeriodicRun.name).where(PeriodicRun.name.in_(names), PeriodicRun.slot == slot)
    for known in session.scalars(taken):
        del names[known]
    return list(names.values())


def mark(session: Session, name: str, now: datetime) -> None:
    """Writes down until when a job that goes on for ever has done its work (the school's clock)."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(PeriodicRun).values(name=name, slot="", taken_at=now)
    key = [PeriodicRun.name, PeriodicRun.slot]
    session.execute(statement.on_conflict_do_update(index_elements=key, set_={"taken_at": now}))


class Heartbeat(Base):
    """A sign of life of a beat or a worker, for `healthz` and `doctor`; real time."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    at: Mapped[datetime]


class ClockTurn(Base):
    """By how far the sandbox has turned the school's clock (rulings 26)."""

    __tablename__ = "clock_turn"

    id: Mapped[int] = mapped_column(primary_key=True)
    seconds: Mapped[float] = mapped_column(default=0.0)  #: added to real time
    held_at: Mapped[datetime | None]  #: a play's clock stands still at this moment
