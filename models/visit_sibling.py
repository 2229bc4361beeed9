"""Brothers and sisters who are visited together: one appointment, a record and coverage for each child (rulings 1)."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class VisitSibling(Base):
    """A further child of one visit; the first stands in the visit's own row."""

    __tablename__ = "visit_sibling"

    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), primary_key=True, index=True)


def siblings_of(session: Session, visit_ids: Iterable[int]) -> dict[int, list[int]]:
    """The further children of these visits."""
    wanted, found = sorted(set(visit_ids)), dict[int, list[int]]()
    for start in range(0, len(wanted), 500):
        query = sa.select(VisitSibling.visit_id, VisitSibling.student_id)
        query = query.where(VisitSibling.visit_id.in_(wanted[start : start + 500]))
        for visit_id, student_id in session.execute(query.order_by(VisitSibling.student_id)):
            found.setdefault(visit_id, []).append(student_id)
    return found
