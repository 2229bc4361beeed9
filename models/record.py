"""The record of a visit (家访记载): versions, never overwritten (R2–R4)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import history, sealed
from models.base import Base
from models.errors import Refused
from models.visit import Visit
from models.visit_life import CLOSED, HELD, RECORDED, TEACHER, Actor

#: Without these a record can not be submitted (rulings 15); the order is the order of asking.
REQUIRED = ("talk", "problems", "opinions", "measures")
#: The other fields of form 1 that a teacher fills in (R2); names, address and time come from the rows.
OPTIONAL = ("members", "caretaker", "income", "home_life", "consensus", "effect", "reflection")


class Record(Base):
    """One version of the record of one visit."""

    __tablename__ = "record"
    __table_args__ = (sa.UniqueConstraint("visit_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"))
    version: Mapped[int]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    submitted: Mapped[bool] = mapped_column(default=False)
    length: Mapped[int] = mapped_column(default=0)  #: characters of the talk; below the minimum A6 does not count it
    fields_sealed: Mapped[bytes]

    def fields(self, visit: Visit) -> dict[str, str]:
        """The record's words; whoever calls this writes a read log."""
        return sealed.unseal_json(visit.student.data_key, "record.fields", self.fields_sealed) or {}

    @staticmethod
    def latest(session: Session, visit_id: int) -> Record | None:
        """The newest version."""
        query = sa.select(Record).where(Record.visit_id == visit_id).order_by(Record.version.desc())
        return session.scalars(query.limit(1)).first()

    @staticmethod
    def add(session: Session, visit: Visit, author_id: int, fields: dict[str, str], now: datetime) -> Record:
        """A new version with these fields laid over the last one's."""
        if visit.state not in (HELD, RECORDED, CLOSED):
            raise Refused("not_held_yet", student=visit.student.name)
        last = Record.latest(session, visit.id)
        merged = (last.fields(visit) if last else {}) | fields
        row = Record(school_id=visit.school_id, visit_id=visit.id, author_id=author_id, at=now)
        row.version = last.version + 1 if last else 1
        row.submitted = bool(last and last.submitted)
        row.length = len(merged.get("talk", ""))
        row.fields_sealed = sealed.seal_json(visit.student.data_key, "record.fields", merged)
        session.add(row)
        session.flush()
        deed = history.Deed("write", "record", row.id, author_id)
        history.write(session, visit.student, deed, now, {"version": row.version, "fields": sorted(fields)})
        return row

    def missing(self, visit: Visit) -> list[str]:
        """What is still wanted before it can be submitted."""
        fields = self.fields(visit)
        return [name for name in REQUIRED if not fields.get(name)]

    def submit(self, session: Session, visit: Visit, author_id: int, now: datetime) -> None:
        """Hands the record in (R1); refused while something is missing."""
        missing = self.missing(visit)
        if missing:
            raise Refused("record_incomplete", missing=missing)
        if not self.submitted or visit.state == HELD:
            visit.record(session, Actor(TEACHER, author_id), now)
        self.submitted = True
