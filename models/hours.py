"""Held hours (B12): nobody is in two places at once.

A row is five minutes of one holder's time; its key is unique, so that of two who want the same hour exactly one
gets it, on both databases, whatever the isolation.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

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
    rows = session.execute(sa.select(HeldHour.holder, HeldHour.granule).where(HeldHour.visit_id == visit_id))
    have = {(holder, granule) for holder, granule in rows}
    new = wanted - have
    _refuse_taken(session, visit_id, new)
    if have - wanted:
        _release(session, visit_id, have - wanted, keep_any=bool(wanted))
    if new:
        _take(session, visit_id, new)


def _release(session: Session, visit_id: int, gone: set[tuple[str, int]], keep_any: bool) -> None:
    table = HeldHour.__table__
    query = sa.delete(table).where(table.c.visit_id == visit_id)  # type: ignore[arg-type]
    if keep_any:
        query = query.where(sa.tuple_(table.c.holder, table.c.granule).in_(sorted(gone)))
    session.execute(query)


def _take(session: Session, visit_id: int, new: set[tuple[str, int]]) -> None:
    rows = [{"holder": h, "granule": g, "visit_id": visit_id} for h, g in sorted(new)]
    try:
        with session.begin_nested():
            session.execute(sa.insert(HeldHour.__table__), rows)  # type: ignore[arg-type]
    except IntegrityError:
        # Somebody took it between the look and the insert: the unique key decided.
        raise Refused("hours_taken", taken_visit=None, at=None) from None


def _refuse_taken(session: Session, visit_id: int, new: set[tuple[str, int]]) -> None:
    if not new:
        return
    holders, pieces = sorted({h for h, _ in new}), [g for _, g in new]
    query = sa.select(HeldHour).where(
        HeldHour.holder.in_(holders),
        HeldHour.granule.between(min(pieces), max(pieces)),
        HeldHour.visit_id != visit_id,
    )
    for row in session.scalars(query.order_by(HeldHour.granule)):
        if (row.holder, row.granule) in new:
            at = datetime.fromtimestamp(row.granule * GRANULE, UTC)
            raise Refused("hours_taken", taken_visit=row.visit_id, holder=row.holder, at=at)


def is_free(session: Session, spans: Iterable[Span], but_visit: int = 0) -> bool:
    """Whether all these spans are free, not counting what the visit itself holds."""
    try:
        _refuse_taken(session, but_visit, {(h, g) for h, s, e in spans for g in granules(s, e)})
    except Refused:
        return False
    return True
