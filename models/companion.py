"""Colleagues who go along on a home visit (B6): who was asked, and what they said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base
from models.notification import OTHER, TODAY, Owed, owe
from models.person import Person
from models.visit_life import LAPSED

if TYPE_CHECKING:
    from models.visit import Visit

ASKED, YES, NO = "asked", "yes", "no"

#: Of these steps a companion hears at once; a wish that still waits for an answer is not yet news.
NEWS = frozenset(("confirm", "take_move", "cancel", "withdraw", "decline", "miss"))


class Companion(Base):
    """One colleague on one visit; who has said no stays in the list, and holds no hours."""

    __tablename__ = "companion"
    __table_args__ = (
        sa.UniqueConstraint("visit_id", "person_id"),
        sa.Index("ix_companion_asked", "answer", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    answer: Mapped[str] = mapped_column(sa.String(5), default=ASKED)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


def ask(session: Session, visit: Visit, now: datetime) -> None:
    """Everybody who has not answered yet is asked; staff at any hour (rulings 4, 11)."""
    _tell(session, visit, "companion.asked", [c for c in visit.companions if c.answer == ASKED], now)


def news(session: Session, visit: Visit, verb: str, now: datetime) -> None:
    """What has become of the visit, for those who come along."""
    ended = verb == "lapse" and visit.state == LAPSED
    if visit.accompanied and (verb in NEWS or ended):
        _tell(session, visit, "companion.news", [c for c in visit.companions if c.answer != NO], now)


def _tell(session: Session, visit: Visit, kind: str, to: list[Companion], now: datetime) -> None:
    soon = (visit.starts_at - now).total_seconds() < 86400
    owed = [
        Owed(
            visit.school_id, kind, visit.id, c.person_id, now, round=visit.steps, priority=TODAY if soon else OTHER
        )
        for c in to
    ]  # fmt: skip
    owe(session, owed, now)


def ask_all(session: Session, visits: Sequence[Visit], now: datetime) -> None:
    """A round's companions are asked once for all its visits; for one visit as ever."""
    if len(visits) < 2:
        for visit in visits:
            ask(session, visit, now)
        return
    seats: dict[int, list[Visit]] = {}
    for visit in visits:
        for seat in visit.companions:
            seats.setdefault(seat.person_id, []).append(visit)
    owed = [
        Owed(with_her[0].school_id, "companion.asked_all", with_her[0].id, person_id, now, with_her[0].steps,
             facts={"visits": [v.id for v in with_her]})
        for person_id, with_her in seats.items()
    ]  # fmt: skip
    owe(session, owed, now)


def ask_one(session: Session, visit: Visit, seat: Companion, now: datetime) -> None:
    """The question to one who is asked later than the others, or once more after a no."""
    tell_one(session, visit, "companion.asked", seat.person_id, now)


def tell_one(session: Session, visit: Visit, kind: str, person_id: int, now: datetime) -> None:
    """Each time by itself, also when nothing else has happened to the visit."""
    slot = f"{int(now.timestamp())}"
    owe(session, [Owed(visit.school_id, kind, visit.id, person_id, now, round=visit.steps, slot=slot)], now)


def going(session: Session, visit_id: int) -> list[int]:
    """Who comes along, but for those who cannot."""
    query = sa.select(Companion.person_id).where(Companion.visit_id == visit_id, Companion.answer != NO)
    return list(session.scalars(query.order_by(Companion.id)))
