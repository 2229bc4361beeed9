"""The record of a visit (家访记载): versions, never overwritten (R2–R4)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import history, sealed
from models.base import Base
from models.errors import Refused
from models.student import Student
from models.visit import Visit
from models.visit_life import CLOSED, HELD, RECORDED, TEACHER, Actor

#: Without these a record can not be submitted (rulings 15); the order is the order of asking.
REQUIRED = ("talk", "problems", "opinions", "measures")
#: The other fields of form 1 that a teacher fills in (R2); names, address and time come from the rows.
OPTIONAL = ("members", "caretaker", "income", "home_life", "consensus", "effect", "reflection")


class Record(Base):
    """One version of the record of one visit; where siblings were visited each child has its own, under its own key."""

    __tablename__ = "record"
    __table_args__ = (sa.UniqueConstraint("visit_id", "student_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"))
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"))
    version: Mapped[int]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    submitted: Mapped[bool] = mapped_column(default=False)
    length: Mapped[int] = mapped_column(default=0)  #: characters of the talk; below the minimum A6 does not count it
    fields_sealed: Mapped[bytes]

    student: Mapped[Student] = relationship()

    def fields(self) -> dict[str, str]:
        """The record's words; whoever calls this writes a read log."""
        return sealed.unseal_json(self.student.data_key, "record.fields", self.fields_sealed) or {}

    @staticmethod
    def latest(session: Session, visit_id: int, student_id: int) -> Record | None:
        """The newest version of a child's."""
        query = sa.select(Record).where(Record.visit_id == visit_id, Record.student_id == student_id)
        return session.scalars(query.order_by(Record.version.desc()).limit(1)).first()

    @staticmethod
    def owed(session: Session, visit: Visit) -> list[Student]:
        """The children whose record of this visit has not been submitted."""
        query = sa.select(Record.student_id).where(Record.visit_id == visit.id, Record.submitted)
        submitted = set(session.scalars(query))
        return [student for student in visit.students if student.id not in submitted]

    @staticmethod
    def add(
        session: Session, visit: Visit, author_id: int, fields: dict[str, str], now: datetime, of: Student | None = None
    ) -> Record:
        """A new version with these fields laid over the last one's; of one child, the first unless another is named."""
        student = of or visit.student
        if visit.state not in (HELD, RECORDED, CLOSED):
            raise Refused("not_held_yet", student=student.name)
        last = Record.latest(session, visit.id, student.id)
        merged = (last.fields() if last else {}) | fields
        row = Record(school_id=visit.school_id, visit_id=visit.id, author_id=author_id, at=now)
        row.student, row.version = student, last.version + 1 if last else 1
        row.submitted = bool(last and last.submitted)
        row.length = len(merged.get("talk", ""))
        row.fields_sealed = sealed.seal_json(student.data_key, "record.fields", merged)
        session.add(row)
        session.flush()
        deed = history.Deed("write", "record", row.id, author_id)
        history.write(session, student, deed, now, {"version": row.version, "fields": sorted(fields)})
        return row

    def missing(self) -> list[str]:
        """What is still wanted before it can be submitted."""
        fields = self.fields()
        return [name for name in REQUIRED if not fields.get(name)]

    def submit(self, session: Session, visit: Visit, author_id: int, now: datetime) -> None:
        """Hands the record in (R1); refused while something is missing. The visit is recorded with the last child's."""
        missing = self.missing()
        if missing:
            raise Refused("record_incomplete", missing=missing)
        again, self.submitted = self.submitted, True
        session.flush()
        if visit.household and not again:
            history.write(session, self.student, history.Deed("submit", "record", self.id, author_id), now)
        if Record.owed(session, visit):
            return
        if not again or visit.state == HELD:
            visit.record(session, Actor(TEACHER, author_id), now)
