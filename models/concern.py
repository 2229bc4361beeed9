"""A worry raised to the leaders (上报): out of a record or by word, kept with who said what of whom (R6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import history, sealed
from models.base import Base
from models.errors import Refused
from models.notification import SAFETY, Owed, owe
from models.person import PRINCIPAL, STUDENT_AFFAIRS, Person
from models.student import Student

RAISED, SEEN, LEFT = "raised", "seen", "left"


class Concern(Base):
    """Sentences about one student that a teacher raised, or was offered to raise and left."""

    __tablename__ = "concern"
    __table_args__ = (sa.Index("ix_concern_student", "student_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    student_id: Mapped[int] = mapped_column(sa.ForeignKey("student.id"))
    teacher_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visit.id"))  #: of whose record; none: by word
    state: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    words_sealed: Mapped[bytes]

    student: Mapped[Student] = relationship()
    teacher: Mapped[Person] = relationship()

    @property
    def sentences(self) -> list[str]:
        return list(sealed.unseal_json(self.student.data_key, "concern.words", self.words_sealed) or [])

    @staticmethod
    def keep(
        session: Session, student: Student, teacher: Person, sentences: Sequence[str], now: datetime, state: str = LEFT
    ) -> Concern:
        """The row and its history; nobody is told by it."""
        row = Concern(school_id=student.school_id, student_id=student.id, teacher_id=teacher.id, state=state, at=now)
        row.student, row.teacher = student, teacher
        row.words_sealed = sealed.seal_json(student.data_key, "concern.words", list(sentences))
        session.add(row)
        session.flush()
        verb = "leave" if state == LEFT else "raise"
        history.write(session, student, history.Deed(verb, "concern", row.id, teacher.id), now)
        return row

    def tell(self, session: Session, now: datetime) -> int:
        """Student affairs hear of it at once, by day or night; the principal where the school has nobody else."""
        affairs = Person.with_role(session, self.school_id, STUDENT_AFFAIRS)
        told = [p for p in affairs if p.id != self.teacher_id] or Person.with_role(session, self.school_id, PRINCIPAL)
        owed = [Owed(self.school_id, "concern.raised", self.id, p.id, now, priority=SAFETY) for p in told]
        return owe(session, owed, now)

    def see(self, session: Session, leader: Person, now: datetime) -> None:
        """A leader has taken note; the teacher hears it once."""
        if not leader.leads or not self.student.in_reach_of(leader):
            raise Refused("not_yours")
        if self.state != RAISED:
            raise Refused("concern_seen")
        self.state, self.seen_at = SEEN, now
        history.write(session, self.student, history.Deed("see", "concern", self.id, leader.id), now)
        facts = {"by": leader.id}
        owe(session, [Owed(self.school_id, "concern.seen", self.id, self.teacher_id, now, facts=facts)], now)

    @staticmethod
    def of_visit(session: Session, visit_id: int, student_id: int) -> list[Concern]:
        """What was raised or left of the records of one child's visit."""
        query = sa.select(Concern).where(Concern.visit_id == visit_id, Concern.student_id == student_id)
        return list(session.scalars(query.order_by(Concern.id)))

    @staticmethod
    def of_student(session: Session, student_id: int) -> list[Concern]:
        """What was raised about a student, the newest first."""
        query = sa.select(Concern).where(Concern.student_id == student_id, Concern.state != LEFT)
        return list(session.scalars(query.order_by(Concern.id.desc())))
