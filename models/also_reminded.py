"""Another guardian who wants the reminders of a visit, too: 也提醒我 (rulings 4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.visit import Visit


class AlsoReminded(Base):
    """One guardian and one visit, beside the one who answered."""

    __tablename__ = "also_reminded"

    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime]

    @staticmethod
    def wish(session: Session, visit: Visit, person_id: int, now: datetime) -> bool:
        """From now on this guardian is reminded, too; False when that was so already."""
        if session.get(AlsoReminded, (visit.id, person_id)) is not None:
            return False
        session.add(AlsoReminded(visit_id=visit.id, person_id=person_id, since=now))
        session.flush()
        return True

    @staticmethod
    def of(session: Session, visit_ids: Iterable[int]) -> dict[int, list[int]]:
        """Who wants to be reminded of which of these visits."""
        wanted, found = sorted(set(visit_ids)), dict[int, list[int]]()
        for start in range(0, len(wanted), 500):
            query = sa.select(AlsoReminded.visit_id, AlsoReminded.person_id)
            query = query.where(AlsoReminded.visit_id.in_(wanted[start : start + 500]))
            for visit_id, person_id in session.execute(query.order_by(AlsoReminded.person_id)):
                found.setdefault(visit_id, []).append(person_id)
        return found
