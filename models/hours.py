"""Held hours (B12): nobody is in two places at once.

A row is five minutes of one holder's time; its key is unique, so that of two who want the same hour exactly one
gets it, on both databases, whatever the isolation.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import failpoint, prepared
from models.base import Base
from models.errors import Refused

GRANULE = 300  #: seconds (rulings 28)

Span = tuple[str, datetime, datetime]  #: holder, from, until


class HeldHour(Base):
    """Five minutes of somebody's time, taken by a visit."""

    __tablename__ = "held_hour"
    __table_args__ = (sa.Index("ix_held_hour_visit", "visit_id"),)

    holder: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    granule: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"))


def granules(start: datetime, end: datetime) -> range:
    """The five-minute pieces that a time from start to end touches."""
    first = int(start.timestamp()) // GRANULE
    return range(first, -(-int(end.timestamp()) // GRANULE))


def settle(session: Session, visit_id: int, spans: Iterable[Span]) -> None:
    """Makes the visit hold exactly these spans; `Refused("hours_taken")` when somebody else has one of them."""
    wanted = {(holder, g) for holder, start, end in spans for g in granules(start, end)}
    have = _refuse_taken(session, visit_id, wanted)
    new = wanted - have
    if have - wanted:
        _release(session, visit_id, have - wanted, keep_any=bool(wanted))
    if new:
        _take(session, visit_id, new)
    failpoint.reach("hours.settled")


def _release(session: Session, visit_id: int, gone: set[tuple[str, int]], keep_any: bool) -> None:
    table = HeldHour.__table__
    query = sa.delete(table).where(table.c.visit_id == visit_id)  # type: ignore[arg-type]
    if keep_any:
        query = query.where(sa.tuple_(table.c.holder, table.c.granule).in_(sorted(gone)))
    session.execute(query)


def _take(session: Session, visit_id: int, new: set[tuple[str, int]]) -> None:
    pieces, dialect = sorted(new), session.get_bind().dialect.name
    rows = [{"holder": h, "granule": g, "visit_id": visit_id} for h, g in pieces]
    columns = {"holders": [h for h, _ in pieces], "granules": [g for _, g in pieces], "visit_id": visit_id}
    taking = _taking(dialect)
    if dialect == "sqlite":
        added = prepared.write_each(session, taking, rows)
    else:
        added = prepared.write(session, taking, columns)
    if added != len(pieces):
        # Somebody took it between the look and the insert: the unique key decided. The refusal undoes the rest.
        raise Refused("hours_taken", taken_visit=None, at=None)


@cache
def _taking(dialect: str) -> sa.Insert:
    """SQLite is given row after row; to PostgreSQL each row would be a message, so it gets them as two columns."""
    table = HeldHour.__table__
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()  # type: ignore[arg-type]
    holders = sa.bindparam("holders", type_=sa.ARRAY(table.c.holder.type))
    granules = sa.bindparam("granules", type_=sa.ARRAY(table.c.granule.type))
    rows = sa.select(sa.func.unnest(holders), sa.func.unnest(granules), sa.bindparam("visit_id", type_=sa.Integer))
    taking = postgresql.insert(table).from_select(["holder", "granule", "visit_id"], rows)  # type: ignore[arg-type]
    return taking.on_conflict_do_nothing()


def _refuse_taken(session: Session, visit_id: int, wanted: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """What the visit holds already; refused when somebody else has a piece of what is wanted."""
    pieces = [g for _, g in wanted] or [0]
    asked = {"visit": visit_id, "holders": sorted({h for h, _ in wanted}), "first": min(pieces), "last": max(pieces)}
    have = set()
    for holder, granule, whose in prepared.rows(session, _near(), asked):
        if whose == visit_id:
            have.add((holder, granule))
        elif (holder, granule) in wanted:
            at = datetime.fromtimestamp(granule * GRANULE, UTC)
            raise Refused("hours_taken", taken_visit=whose, holder=holder, at=at)
    return have


@cache
def _near() -> sa.Select[str, int, int]:
    """What a visit holds, and what these holders have taken between two pieces; made once."""
    table = HeldHour.__table__.c
    holders = table.holder.in_(sa.bindparam("holders", expanding=True))
    near = sa.and_(holders, table.granule.between(sa.bindparam("first"), sa.bindparam("last")))
    query = sa.select(table.holder, table.granule, table.visit_id)
    return query.where(sa.or_(table.visit_id == sa.bindparam("visit"), near)).order_by(table.granule)


def is_free(session: Session, spans: Iterable[Span], but_visit: int = 0) -> bool:
    """Whether all these spans are free, not counting what the visit itself holds."""
    try:
        _refuse_taken(session, but_visit, {(h, g) for h, s, e in spans for g in granules(s, e)})
    except Refused:
        return False
    return True
