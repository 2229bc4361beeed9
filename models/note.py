"""A few words that one person wants another to have: a guardian's question, a changed address, a cry for help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import sealed
from models.base import Base
from models.notification import Notification

PASSED, SAFETY, PRAISE = "passed", "safety", "praise"


class Note(Base):
    """Sealed under a key of its own, because a cry for help may come from nobody we know (rulings 19)."""

    __tablename__ = "note"
    __table_args__ = (
        sa.Index("ix_note_at", "at", sqlite_where=sa.text("kind != 'safety'"),
                 postgresql_where=sa.text("kind != 'safety'")),
        sa.Index("ix_note_unseen", "at", sqlite_where=sa.text("kind = 'safety' AND seen_at IS NULL"),
                 postgresql_where=sa.text("kind = 'safety' AND seen_at IS NULL")),
        {"sqlite_autoincrement": True},  # the outbox names notes by their numbers, which must not come again
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  #: who said it; none when unbound
    student_id: Mapped[int | None] = mapped_column(sa.ForeignKey("student.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visit.id"))
    #: the words that this answers
    in_reply_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("note.id", ondelete="SET NULL"), index=True)
    seen_at: Mapped[datetime | None]  #: a cry for help: when a leader had read it, or all was well (rulings 41)
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  #: who of them sees to it
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

    @staticmethod
    def passed_to(session: Session, person_id: int) -> list[Note]:
        """What was passed on to this person, the newest first."""
        query = sa.select(Note).join(Notification, Notification.subject_id == Note.id)
        query = query.where(Notification.kind == "note.passed", Notification.person_id == person_id)
        return list(session.scalars(query.order_by(Note.id.desc()).limit(50)))

    @staticmethod
    def was_passed_to(session: Session, note: Note, person_id: int) -> bool:
        """Whether these words were meant for this person."""
        query = sa.select(Notification.id).where(
            Notification.kind == "note.passed", Notification.subject_id == note.id, Notification.person_id == person_id
        )
        return session.execute(query.limit(1)).first() is not None

    @staticmethod
    def is_praised(session: Session, visit_id: int) -> bool:
        """Whether the family was praised after this visit (F3)."""
        query = sa.select(Note.id).where(Note.visit_id == visit_id, Note.kind == PRAISE)
        return session.execute(query.limit(1)).first() is not None

    @staticmethod
    def of_visits(session: Session, visit_ids: Sequence[int]) -> list[Note]:
        """What was written about these visits, in order; no cries for help."""
        query = sa.select(Note).where(Note.visit_id.in_(visit_ids), Note.kind == PASSED)
        return list(session.scalars(query.order_by(Note.id)))
