"""What was asked back or not understood (rulings 43): masked, nobody's, looked through before it leaves the school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import sealed
from models.base import Base
from models.person import Person
from models.student import Guardianship, Student

NEW, APPROVED, REJECTED = "new", "approved", "rejected"
STATES = (NEW, APPROVED, REJECTED)

_TEXT = "unclear.text"


@dataclass(frozen=True)
class Doubt:
    """How a message was read and what was made of it; nothing of it names anybody."""

    part: str  #: teacher or guardian
    pending: str  #: what the speaker was asked last: as the reader knows it, or the word that a command lacked
    intent: str  #: as it was read
    asked: str  #: what was asked back about, such as time:ampm or student_confirm; or unknown


class Unclear(Base):
    """One message. Whose it was is not kept, so that nothing but its words could tell."""

    __tablename__ = "unclear"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    part: Mapped[str] = mapped_column(sa.String(10))
    pending: Mapped[str] = mapped_column(sa.String(20))
    intent: Mapped[str] = mapped_column(sa.String(30))
    asked: Mapped[str] = mapped_column(sa.String(40))
    data_key: Mapped[bytes]
    text_sealed: Mapped[bytes]
    state: Mapped[str] = mapped_column(sa.String(10), default=NEW)
    looked_at: Mapped[datetime | None]
    looked_by: Mapped[str | None] = mapped_column(sa.String(40))  #: the operator's name on the machine

    @property
    def text(self) -> str:
        """The masked words."""
        return sealed.unseal(self.data_key, _TEXT, self.text_sealed) or ""

    @staticmethod
    def keep(session: Session, school_id: int, masked: str, doubt: Doubt, now: datetime) -> Unclear:
        """Keeps a message that has been masked."""
        key = sealed.new_key()
        row = Unclear(school_id=school_id, at=now, data_key=key, text_sealed=sealed.seal(key, _TEXT, masked))
        row.part, row.pending, row.intent, row.asked = doubt.part, doubt.pending, doubt.intent, doubt.asked
        session.add(row)
        return row

    @staticmethod
    def of_school(session: Session, school_id: int, *states: str) -> list[Unclear]:
        """The school's messages in these states, the oldest first."""
        query = sa.select(Unclear).where(Unclear.school_id == school_id, Unclear.state.in_(states))
        return list(session.scalars(query.order_by(Unclear.id)))

    def look(self, by: str, now: datetime, state: str | None = None) -> None:
        """Somebody has looked at it, and perhaps decided."""
        self.looked_by, self.looked_at = by[:40], now
        self.state = state or self.state


def names_in(session: Session, school_id: int, text: str) -> set[str]:
    """The names of this school's students, guardians and staff, also former ones, that stand in the text."""
    said = sa.literal(text)
    names = (
        sa.select(table.name).where(table.school_id == school_id, said.contains(table.name))
        for table in (Student, Person)
    )
    return set(session.scalars(sa.union(*names)))


def children_of(session: Session, person_ids: list[int]) -> list[Student]:
    """The children of these guardians, who call them by their given names."""
    tied = sa.select(Guardianship.student_id).where(Guardianship.person_id.in_(person_ids))
    return list(session.scalars(sa.select(Student).where(Student.id.in_(tied))))
