"""What a teacher has promised herself or a family to see to (跟进): kept open until a person says that it is done."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import history, sealed
from models.base import Base
from models.errors import Refused
from models.student import Student
from models.visit import Visit

OPEN, DONE, DROPPED = "open", "done", "dropped"
#: The fields of a record that promise something.
PROMISES = ("measures", "consensus")


class ActionItem(Base):
    """One thing to see to for one student; from a record, or noted by hand."""

    __tablename__ = "action_item"
    __table_args__ = (
        sa.UniqueConstraint("visit_id", "student_id", "field"),
        sa.Index("ix_action_item_teacher", "teacher_id", "state"),
        sa.Index("ix_action_item_student", "student_id", "state"),
        sa.Index("ix_action_item_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"))
    teacher_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visit.id"))  #: of whose record; none when by hand
    field: Mapped[str | None] = mapped_column(sa.String(12))  #: of that record
    state: Mapped[str] = mapped_column(sa.String(10), default=OPEN)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  #: when the teacher is reminded
    round: Mapped[int] = mapped_column(default=0)  #: raised when it is put off, so that it is reminded of anew
    done_at: Mapped[datetime | None]
    text_sealed: Mapped[bytes]

    student: Mapped[Student] = relationship()
    visit: Mapped[Visit | None] = relationship()

    @property
    def text(self) -> str:
        return sealed.unseal(self.student.data_key, "action_item.text", self.text_sealed) or ""

    @text.setter
    def text(self, words: str) -> None:
        self.text_sealed = sealed.seal(self.student.data_key, "action_item.text", words) or b""

    @staticmethod
    def note(
        session: Session, student: Student, teacher_id: int, text: str, now: datetime, due_at: datetime | None = None
    ) -> ActionItem:
        """The teacher notes it by hand."""
        item = ActionItem(school_id=student.school_id, student_id=student.id, teacher_id=teacher_id, state=OPEN)
        item.student, item.text, item.created_at, item.due_at, item.round = student, text, now, due_at, 0
        session.add(item)
        session.flush()
        item._write(session, "note", now)
        return item

    @staticmethod
    def promise(session: Session, visit: Visit, student: Student, fields: dict[str, str], now: datetime) -> None:
        """What the submitted record of that child promises; a later version of it changes what is still open."""
        query = sa.select(ActionItem).where(ActionItem.visit_id == visit.id, ActionItem.student_id == student.id)
        known = {item.field: item for item in session.scalars(query)}
        for field in PROMISES:
            words, item = fields.get(field), known.get(field)
            if item is not None and item.state == OPEN:
                item.text = words or item.text
            elif item is None and words:
                item = ActionItem.note(session, student, visit.teacher_id, words, now)
                item.visit_id, item.field = visit.id, field

    def finish(self, session: Session, person_id: int, now: datetime) -> None:
        """It is done."""
        self._step(session, DONE, person_id, now)

    def drop(self, session: Session, person_id: int, now: datetime) -> None:
        """It was noted by mistake."""
        self._step(session, DROPPED, person_id, now)

    def reopen(self, session: Session, person_id: int, now: datetime) -> None:
        """It is not done after all."""
        self._mine(person_id)
        if self.state == OPEN:
            raise Refused("item_closed")
        self.state, self.done_at = OPEN, None
        self._write(session, "reopen", now)

    def put_off(self, session: Session, person_id: int, due_at: datetime, now: datetime) -> None:
        """The teacher is reminded again then."""
        self._mine(person_id)
        if self.state != OPEN:
            raise Refused("item_closed")
        self.due_at, self.round = due_at, self.round + 1
        self._write(session, "put_off", now)

    def _step(self, session: Session, after: str, person_id: int, now: datetime) -> None:
        self._mine(person_id)
        if self.state != OPEN:
            raise Refused("item_closed")
        self.state, self.done_at = after, now
        self._write(session, after, now)

    def _mine(self, person_id: int) -> None:
        if self.teacher_id != person_id:
            raise Refused("not_yours")

    def _write(self, session: Session, verb: str, now: datetime) -> None:
        history.write(session, self.student, history.Deed(verb, "action_item", self.id, self.teacher_id), now)

    @staticmethod
    def open_of_teacher(session: Session, teacher_id: int) -> list[ActionItem]:
        """What this teacher has open, what is due first, first."""
        query = sa.select(ActionItem).where(ActionItem.teacher_id == teacher_id, ActionItem.state == OPEN)
        return sorted(session.scalars(query), key=lambda i: (i.due_at is None, i.due_at or i.created_at, i.id))

    @staticmethod
    def open_of_student(session: Session, student_id: int) -> list[ActionItem]:
        """What is open for this student, whoever has it."""
        query = sa.select(ActionItem).where(ActionItem.student_id == student_id, ActionItem.state == OPEN)
        return list(session.scalars(query.order_by(ActionItem.created_at, ActionItem.id)))
