"""A teacher asks to read of a child whom she neither teaches nor leads; a leader approves or not (rulings 20)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import history, sealed
from models.base import Base
from models.errors import Refused
from models.notification import Owed, owe
from models.person import PRINCIPAL, STUDENT_AFFAIRS, Person
from models.student import Student

ASKED, GRANTED, REFUSED = "asked", "granted", "refused"


class ReadingRequest(Base):
    """One wish to read, with its reason. Whether there is such a child only the leader learns."""

    __tablename__ = "reading_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    student_id: Mapped[int | None] = mapped_column(sa.ForeignKey("student.id"), index=True)  #: none: nobody, or several
    state: Mapped[str] = mapped_column(sa.String(10), default=ASKED)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    until: Mapped[datetime | None]  #: until then it may be read
    data_key: Mapped[bytes]
    words_sealed: Mapped[bytes]  #: {"name": …, "reason": …}

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    student: Mapped[Student | None] = relationship()

    @property
    def name(self) -> str:
        """Who is meant, as it was typed."""
        return self._words().get("name", "")

    @property
    def reason(self) -> str:
        return self._words().get("reason", "")

    def _words(self) -> dict[str, str]:
        return sealed.unseal_json(self.data_key, "reading_request.words", self.words_sealed) or {}

    @staticmethod
    def ask(
        session: Session, person: Person, student: Student | None, name: str, reason: str, now: datetime
    ) -> ReadingRequest:
        """Puts it to student affairs, to the principal where the school has nobody else."""
        key = sealed.new_key()
        row = ReadingRequest(school_id=person.school_id, person=person, student=student, asked_at=now, data_key=key)
        row.words_sealed = sealed.seal_json(key, "reading_request.words", {"name": name, "reason": reason})
        row.state = ASKED
        session.add(row)
        session.flush()
        affairs = [p for p in Person.with_role(session, person.school_id, STUDENT_AFFAIRS) if p.id != person.id]
        told = affairs or Person.with_role(session, person.school_id, PRINCIPAL)
        owe(session, [Owed(row.school_id, "reading.asked", row.id, p.id, now) for p in told if p.id != person.id], now)
        return row

    def answer(self, session: Session, leader: Person, grant: bool, now: datetime) -> None:
        """A leader who leads the child decides, once; nobody for herself."""
        if not leader.leads or leader.school_id != self.school_id or leader.id == self.person_id:
            raise Refused("not_yours")
        if self.state != ASKED:
            raise Refused("reading_answered")
        if self.student is not None and not self.student.in_reach_of(leader):
            raise Refused("not_yours")
        grant = grant and self.student is not None
        self.state, self.answered_at, self.answered_by_id = GRANTED if grant else REFUSED, now, leader.id
        if self.student is not None:
            verb = "grant_reading" if grant else "refuse_reading"
            deed = history.Deed(verb, "reading_request", self.id, leader.id)
            history.write(session, self.student, deed, now, {"reason": self.reason})
        if grant:
            self.until = now + timedelta(hours=leader.school.policy.reading_hours)
        owe(session, [Owed(self.school_id, "reading.answered", self.id, self.person_id, now)], now)

    def may_read(self, person: Person, now: datetime) -> bool:
        """Whether it is hers, approved, and not over."""
        granted = self.state == GRANTED and self.until is not None and now <= self.until
        return granted and self.person_id == person.id and self.student is not None and self.student.left_at is None
