"""Who did what to which row, and who read what (append-only; rulings 20, 32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import prepared, sealed
from models.base import Base
from models.student import Student


class History(Base):
    """One deed, written in the deed's own transaction."""

    __tablename__ = "history"
    __table_args__ = (sa.Index("ix_history_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    at: Mapped[datetime]
    actor_id: Mapped[int | None]  #: a person; none when the clock did it
    verb: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str] = mapped_column(sa.String(20))  #: the table
    subject_id: Mapped[int]
    student_id: Mapped[int | None] = mapped_column(sa.ForeignKey("student.id"))  #: whose key seals before and after
    change_sealed: Mapped[bytes | None]  #: {"before": …, "after": …, "why": …}

    def change(self, student: Student) -> dict[str, Any]:
        """What was before, what is after, and why; nothing when the student was erased since."""
        try:
            return sealed.unseal_json(student.data_key, "history.change", self.change_sealed) or {}
        except InvalidTag:
            return {}


class ReadLog(Base):
    """Somebody looked at a sensitive field group of a student (rel.I22)."""

    __tablename__ = "read_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    at: Mapped[datetime]
    person_id: Mapped[int | None]  #: none for the operator's command line
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"), index=True)
    group: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")


@dataclass(frozen=True)
class Deed:
    """What is written down of one deed."""

    verb: str
    subject: str
    subject_id: int
    actor_id: int | None = None


def write(session: Session, student: Student, deed: Deed, now: datetime, change: dict[str, Any] | None = None) -> None:
    """Writes down a deed that concerns a student; `change` is sealed under the student's key."""
    closed = sealed.seal_json(student.data_key, "history.change", change) if change else None
    row = {"school_id": student.school_id, "at": now, "actor_id": deed.actor_id, "verb": deed.verb}
    what = {"subject": deed.subject, "subject_id": deed.subject_id, "student_id": student.id, "change_sealed": closed}
    # Past the session's own list of changes: the deed is half done, and goes in whole later.
    prepared.write_later(session, _writing(), row | what)


@cache
def _writing() -> sa.Insert:
    return sa.insert(History.__table__)  # type: ignore[arg-type]


def read(
    session: Session, reader_id: int | None, student: Student, group: str, now: datetime, reason: str = ""
) -> None:
    """Records that a sensitive field group was read (rulings 20)."""
    row = ReadLog(school_id=student.school_id, at=now, person_id=reader_id, student_id=student.id)
    row.group, row.reason = group, reason
    session.add(row)
