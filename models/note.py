"""A few words that one person wants another to have: a guardian's question, a changed address, a cry for help."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import sealed
from models.base import Base

PASSED, SAFETY = "passed", "safety"


class Note(Base):
    """Sealed under a key of its own, because a cry for help may come from nobody we know (rulings 19)."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  #: who said it; none when unbound
    student_id: Mapped[int | None] = mapped_column(sa.ForeignKey("student.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visit.id"))
    in_reply_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("note.id"))  #: the words that this answers
    data_key: Mapped[bytes]
    text_sealed: Mapped[bytes]

    @property
    def text(self) -> str:
        return sealed.unseal(self.data_key, "note.text", self.text_sealed) or ""

    @staticmethod
    def write(session: Session, school_id: int, kind: str, text: str, now: datetime) -> Note:
        """A new note; who said it and about whom is set by the caller where it is known."""
        key = sealed.new_key()
        closed = sealed.seal(key, "note.text", text)
        note = Note(school_id=school_id, kind=kind, at=now, data_key=key, text_sealed=closed)
        session.add(note)
        session.flush()
        return note
