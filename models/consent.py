"""What a guardian has agreed to, per purpose and child (rel.L1, rulings 16, 33)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base

VISITS, SURVEYS = "visits", "surveys"
PURPOSES = (VISITS, SURVEYS)
TEXT_VERSION = "2026-11"


class Consent(Base):
    """One purpose, one guardian, one child; withdrawn by a date, never deleted."""

    __tablename__ = "consent"
    __table_args__ = (sa.Index("ix_consent_person", "person_id", "student_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"))
    purpose: Mapped[str] = mapped_column(sa.String(20))
    text_version: Mapped[str] = mapped_column(sa.String(20))
    given_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(sa.String(20), default="chat")
    withdrawn_at: Mapped[datetime | None]

    @staticmethod
    def live(session: Session, person_id: int, student_id: int, purpose: str = VISITS) -> bool:
        """Whether the guardian's consent for this child and purpose stands."""
        query = sa.select(Consent.id).where(
            Consent.person_id == person_id,
            Consent.student_id == student_id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
        return session.execute(query.limit(1)).first() is not None
