"""The photos of a record (照片): fetched, kept under the child's own key, never overwritten (R3, R4)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import history, sealed
from models.base import Base
from models.errors import Refused
from models.student import Student
from models.visit import Visit

MOST = 9  #: of one record
_BYTES, _MEDIUM = "photo.bytes", "photo.medium"


class Photo(Base):
    """One picture of the record of one child's visit; until it was fetched, where it is to be had."""

    __tablename__ = "photo"
    __table_args__ = (
        sa.Index("ix_photo_record", "visit_id", "student_id"),
        sa.Index("ix_photo_removed", "removed_at",
                 sqlite_where=sa.text("removed_at IS NOT NULL AND bytes_sealed IS NOT NULL"),
                 postgresql_where=sa.text("removed_at IS NOT NULL AND bytes_sealed IS NOT NULL")),
        sa.Index("ix_photo_waiting", "id", sqlite_where=sa.text("medium_sealed IS NOT NULL"),
                 postgresql_where=sa.text("medium_sealed IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"))
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    medium_sealed: Mapped[bytes | None]  #: the platform's key to it, until it was fetched or given up
    content_type: Mapped[str | None] = mapped_column(sa.String(20))
    bytes_sealed: Mapped[bytes | None]
    removed_at: Mapped[datetime | None]  #: taken out by its author, or not to be had
    attempts: Mapped[int] = mapped_column(sa.SmallInteger, default=0)  #: an older one may not write back
    lease_until: Mapped[datetime | None]  #: real time: until then it is being fetched, or left alone

    student: Mapped[Student] = relationship()

    @staticmethod
    def of_record(session: Session, visit_id: int, student_id: int) -> list[Photo]:
        """Those of a child's record that were not taken out, in their order."""
        query = sa.select(Photo).where(Photo.visit_id == visit_id, Photo.student_id == student_id)
        return list(session.scalars(query.where(Photo.removed_at.is_(None)).order_by(Photo.id)))

    @staticmethod
    def add(session: Session, visit: Visit, student: Student, author_id: int, medium: str, now: datetime) -> Photo:
        """One more for the child's record, still to be fetched; refused when there are enough."""
        if len(Photo.of_record(session, visit.id, student.id)) >= MOST:
            raise Refused("photos_enough", student=student.name, most=MOST)
        row = Photo(school_id=visit.school_id, visit_id=visit.id, author_id=author_id, at=now, student=student)
        row.medium_sealed = sealed.seal(student.data_key, _MEDIUM, medium)
        session.add(row)
        session.flush()
        history.write(session, student, history.Deed("add", "photo", row.id, author_id), now)
        return row

    @staticmethod
    def last_of(session: Session, author_id: int) -> Photo | None:
        """The newest that somebody sent and did not take out."""
        query = sa.select(Photo).where(Photo.author_id == author_id, Photo.removed_at.is_(None))
        return session.scalars(query.order_by(Photo.id.desc()).limit(1)).first()

    @staticmethod
    def to_fetch(session: Session, real: datetime, lease: timedelta, limit: int) -> list[Photo]:
        """Takes photos to be fetched for as long as the lease."""
        free = sa.or_(Photo.lease_until.is_(None), Photo.lease_until < real)
        query = sa.select(Photo).where(Photo.medium_sealed.is_not(None), free).order_by(Photo.id).limit(limit)
        rows = list(session.scalars(query.with_for_update(skip_locked=True)))
        for row in rows:
            row.attempts, row.lease_until = row.attempts + 1, real + lease
        session.flush()
        return rows

    @staticmethod
    def waiting(session: Session, row_id: int) -> Photo | None:
        """The photo, locked, if it is still to be fetched."""
        query = sa.select(Photo).where(Photo.id == row_id, Photo.medium_sealed.is_not(None))
        return session.scalars(query.with_for_update(), execution_options={"populate_existing": True}).one_or_none()

    @property
    def medium(self) -> str:
        """The platform's key to it."""
        return sealed.unseal(self.student.data_key, _MEDIUM, self.medium_sealed) or ""

    def keep(self, session: Session, content_type: str, data: bytes, now: datetime) -> None:
        """What was fetched, sealed; once."""
        self.content_type, self.bytes_sealed = content_type, sealed.seal_bytes(self.student.data_key, _BYTES, data)
        self.medium_sealed = self.lease_until = None
        history.write(session, self.student, history.Deed("keep", "photo", self.id, self.author_id), now)

    def data(self) -> bytes | None:
        """The picture; whoever calls this writes a read log. None before it was fetched."""
        return sealed.unseal_bytes(self.student.data_key, _BYTES, self.bytes_sealed) if self.bytes_sealed else None

    def remove(self, session: Session, actor_id: int | None, now: datetime) -> None:
        """Takes it out of the record; what was kept stays sealed. Without an actor: it was not to be had."""
        self.removed_at, self.medium_sealed, self.lease_until = now, None, None
        history.write(session, self.student, history.Deed("remove", "photo", self.id, actor_id), now)
