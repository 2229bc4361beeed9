"""The three contacts after a visit (回访): short, observation, effect (F1–F3)."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import history, sealed
from models.base import Base
from models.person import Person
from models.visit import Visit
from models.visit_life import GUARDIAN, RECORDED, TEACHER, THE_CLOCK
from models.whole import Whole

SHORT, OBSERVE, EFFECT = "short", "observe", "effect"
#: Stage, who is asked (F1, F2, F3); the days are the policy's, in this order.
STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (SHORT, (GUARDIAN,)),
    (OBSERVE, (TEACHER,)),
    (EFFECT, (TEACHER, GUARDIAN)),
)
CLEAR, SOME, NONE = "clear", "some", "none"
EFFECTS = (CLEAR, SOME, NONE)  #: 明显, 有改善, 不明显
ASKED, ANSWERED, EXPIRED = "asked", "answered", "expired"


class FollowUp(Base):
    """One question after a visit, to one person."""

    __tablename__ = "follow_up"
    __table_args__ = (
        sa.UniqueConstraint("visit_id", "stage", "part"),
        sa.Index("ix_follow_up_person", "person_id", "state"),
        sa.Index("ix_follow_up_state", "state", "asked_at"),
        sa.Index("ix_follow_up_answer", "asked_at", sqlite_where=sa.text("answer_sealed IS NOT NULL"),
                 postgresql_where=sa.text("answer_sealed IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    stage: Mapped[str] = mapped_column(sa.String(10))
    part: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10), default=ASKED)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    effect: Mapped[str | None] = mapped_column(sa.String(10))
    answer_sealed: Mapped[bytes | None]

    visit: Mapped[Visit] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def answer_text(self) -> str | None:
        return sealed.unseal(self.visit.student.data_key, "follow_up.answer", self.answer_sealed)

    def answer(self, session: Session, text: str, effect: str | None, now: datetime) -> None:
        """Takes the answer; the effect judged by both closes the visit (F3)."""
        self.state, self.answered_at, self.effect = ANSWERED, now, effect
        self.answer_sealed = sealed.seal(self.visit.student.data_key, "follow_up.answer", text)
        deed = history.Deed("answer", "follow_up", self.id, self.person_id)
        history.write(session, self.visit.student, deed, now, {"stage": self.stage, "effect": effect})
        session.flush()
        self._close_visit(session, now)

    def expire(self, session: Session, now: datetime) -> None:
        """Nobody answers any more."""
        self.state = EXPIRED
        session.flush()
        self._close_visit(session, now)

    def _close_visit(self, session: Session, now: datetime) -> None:
        if self.stage == EFFECT and self.visit.state == RECORDED and not FollowUp.waiting(session, self.visit_id):
            self.visit.close(session, THE_CLOCK, now)

    @staticmethod
    def waiting(session: Session, visit_id: int) -> bool:
        """Whether an answer is still awaited for this visit."""
        query = sa.select(FollowUp.id).where(FollowUp.visit_id == visit_id, FollowUp.state == ASKED)
        return session.execute(query.limit(1)).first() is not None

    @staticmethod
    def open_for(session: Session, person_id: int) -> list[FollowUp]:
        """What this person has been asked and has not answered, the newest first."""
        whole, query = _open_for()
        return [asked for (asked,) in whole.read(session, query, {"whose": person_id})]

    @staticmethod
    def of_visit(session: Session, visit_id: int) -> list[FollowUp]:
        """All follow-ups of a visit in order."""
        query = sa.select(FollowUp).where(FollowUp.visit_id == visit_id)
        return list(session.scalars(query.order_by(FollowUp.asked_at, FollowUp.id)))


@cache
def _open_for() -> tuple[Whole, sa.Select[*tuple[Any, ...]]]:
    """Asked in every turn of a guardian: made once."""
    whole = Whole(FollowUp)
    query = sa.select(*whole.columns).where(FollowUp.person_id == sa.bindparam("whose"), FollowUp.state == ASKED)
    return whole, query.order_by(FollowUp.asked_at.desc(), FollowUp.id.desc())
