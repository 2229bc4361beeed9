"""Questionnaires of a visit: the one before (Q1) and satisfaction afterwards (S1), one answer a guardian (S7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import history, prepared, sealed
from models.base import Base
from models.errors import Refused
from models.person import Person
from models.visit import Visit
from models.whole import Whole

PRE_VISIT, SATISFACTION = "pre_visit", "satisfaction"
OPEN, DONE, EXPIRED = "open", "done", "expired"
SKIPPED = "-"


@dataclass(frozen=True)
class Asked:
    """One question: its name in the texts, and what an answer looks like."""

    name: str
    type: str  #: "rating" 1–5, "yesno", "text"


QUESTIONS: dict[str, tuple[Asked, ...]] = {
    PRE_VISIT: (Asked("topics", "text"), Asked("strength", "text")),
    SATISFACTION: (
        Asked("overall", "rating"),
        Asked("punctual", "yesno"),
        Asked("useful", "rating"),
        Asked("integrity", "yesno"),
        Asked("comment", "text"),
    ),
}


class Survey(Base):
    """One questionnaire for one guardian about one visit."""

    __tablename__ = "survey"
    __table_args__ = (
        sa.UniqueConstraint("visit_id", "kind", "person_id"),
        sa.Index("ix_survey_person", "person_id", "state"),
        sa.Index("ix_survey_open", "state", "asked_at"),
        sa.Index("ix_survey_answers", "opened_at", sqlite_where=sa.text("answers_sealed IS NOT NULL"),
                 postgresql_where=sa.text("answers_sealed IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(10), default=OPEN)
    opened_at: Mapped[datetime]
    asked_at: Mapped[datetime]  #: the last question; an unfinished one is reminded of once (S7)
    step: Mapped[int] = mapped_column(default=0)  #: the question that is being asked
    unhappy: Mapped[bool] = mapped_column(default=False)  #: S8
    satisfied: Mapped[bool | None]  #: S4, overall 4 or 5; none while that is not answered
    answers_sealed: Mapped[bytes | None]

    visit: Mapped[Visit] = relationship()
    person: Mapped[Person] = relationship()

    @staticmethod
    def begin(session: Session, visit: Visit, kind: str, person: Person, now: datetime) -> Survey:
        """Opens the questionnaire; the one that is there already is returned as it is."""
        return session.scalars(
            sa.select(Survey).where(Survey.id == Survey.begun(session, visit, kind, person, now))
        ).one()

    @staticmethod
    def begun(session: Session, visit: Visit, kind: str, person: Person, now: datetime) -> int:
        """The same, for whoever wants its number only."""
        whose = {"visit_id": visit.id, "kind": kind, "person_id": person.id}
        values = {"school_id": visit.school_id, "state": OPEN, "step": 0, "unhappy": False}
        begin = _beginning(session.get_bind().dialect.name)
        begun = prepared.rows(session, begin, values | whose | {"opened_at": now, "asked_at": now})
        return begun[0][0] if begun else session.scalars(sa.select(Survey.id).filter_by(**whose)).one()

    @property
    def question(self) -> Asked | None:
        """What is being asked; none when it is over."""
        return QUESTIONS[self.kind][self.step] if self.state == OPEN else None

    @property
    def answers(self) -> dict[str, Any]:
        return sealed.unseal_json(self.visit.student.data_key, "survey.answers", self.answers_sealed) or {}

    def answer(self, value: Any, now: datetime) -> None:
        """Takes the answer to the present question and goes on to the next."""
        question = self.question
        assert question is not None
        self._keep(self.answers | {question.name: value})
        self.step, self.asked_at = self.step + 1, now
        if self.step == len(QUESTIONS[self.kind]):
            self.state, self.step = DONE, self.step - 1

    def _keep(self, answers: dict[str, Any]) -> None:
        self.answers_sealed = sealed.seal_json(self.visit.student.data_key, "survey.answers", answers)
        overall = answers.get("overall")
        self.satisfied = overall >= 4 if isinstance(overall, int) else None
        self.unhappy = (isinstance(overall, int) and overall <= 2) or answers.get("integrity") is False

    def change(self, session: Session, number: int, value: Any, now: datetime) -> Any:
        """Another answer to a question that was answered, while it may be answered (S7); returns the old one."""
        if self.over(now):
            raise Refused("survey_over")
        name, answers = QUESTIONS[self.kind][number].name, self.answers
        before = answers[name]
        self._keep(answers | {name: value})
        deed = history.Deed("change", "survey", self.id, self.person_id)
        history.write(session, self.visit.student, deed, now, {"question": name, "before": before, "after": value})
        return before

    def answered(self, number: int) -> bool:
        return 0 <= number < len(QUESTIONS[self.kind]) and QUESTIONS[self.kind][number].name in self.answers

    def over(self, now: datetime) -> bool:
        """Whether it has expired, answered or not: after a week, the one before the visit when that begins (S7)."""
        begun = self.kind == PRE_VISIT and now >= self.visit.starts_at
        return self.state == EXPIRED or begun or self.overdue(now)

    def expire(self) -> None:
        """Nobody answers any more (S7); what was answered is kept."""
        self.state = EXPIRED

    @staticmethod
    def open_of(session: Session, person_id: int) -> list[Survey]:
        """The questionnaires that the person has not finished, the one asked last first."""
        whole, query = _open_of()
        return [survey for (survey,) in whole.read(session, query, {"whose": person_id})]

    @staticmethod
    def last_of(session: Session, person_id: int) -> Survey | None:
        """The questionnaire that the person answered last, over or not."""
        query = sa.select(Survey).where(Survey.person_id == person_id, Survey.answers_sealed.is_not(None))
        return session.scalars(query.order_by(Survey.asked_at.desc()).limit(1)).first()

    def overdue(self, now: datetime) -> bool:
        """Past the life of a questionnaire (S7), counted from the first question."""
        return now >= self.opened_at + timedelta(days=self.visit.policy.survey_life_days)


@cache
def _beginning(dialect: str) -> Any:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(Survey.__table__).on_conflict_do_nothing().returning(Survey.__table__.c.id)  # type: ignore[arg-type]


@cache
def _open_of() -> tuple[Whole, sa.Select[*tuple[Any, ...]]]:
    """Asked in every turn of a guardian: made once."""
    whole = Whole(Survey)
    query = sa.select(*whole.columns).where(Survey.person_id == sa.bindparam("whose"), Survey.state == OPEN)
    return whole, query.order_by(Survey.asked_at.desc())
