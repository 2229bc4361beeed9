"""A colleague is asked to go in a teacher's place (代访): which visits, and what she answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import hours
from models.base import Base
from models.charge import in_charge
from models.companion import ASKED, NO, YES
from models.errors import Refused
from models.person import Person
from models.visit import Visit
from models.visit_hours import teacher_spans, times_of
from models.visit_life import CONFIRMED, OPEN, PROPOSED, TEACHER, Actor

HANDED = (PROPOSED, CONFIRMED)  #: in these states a visit can still change hands


class HandedVisit(Base):
    """One visit of a request, with the hour that the colleague was told."""

    __tablename__ = "handed_visit"

    handover_id: Mapped[int] = mapped_column(sa.ForeignKey("handover.id"), primary_key=True)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"), primary_key=True)
    starts_at: Mapped[datetime]

    visit: Mapped[Visit] = relationship()


class Handover(Base):
    """One colleague asked once; until she says yes the visits are the first teacher's."""

    __tablename__ = "handover"
    __table_args__ = (sa.Index("ix_handover_asked", "answer", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(sa.ForeignKey("school.id"))
    teacher_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))  #: who asks: the teacher, or somebody in charge
    answer: Mapped[str] = mapped_column(sa.String(5), default=ASKED)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    teacher: Mapped[Person] = relationship(foreign_keys=[teacher_id])
    to: Mapped[Person] = relationship(foreign_keys=[to_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    parts: Mapped[list[HandedVisit]] = relationship(order_by=HandedVisit.starts_at)

    @staticmethod
    def asking(session: Session, person: Person, now: datetime) -> list[Handover]:
        """Requests that wait for this person's answer and still have a visit to hand over, the newest first."""
        query = sa.select(Handover).where(Handover.to_id == person.id, Handover.answer == ASKED)
        found = session.scalars(query.order_by(Handover.id.desc()))
        return [h for h in found if h.still(now)]

    def still(self, now: datetime) -> list[Visit]:
        """The visits of the request that are as the colleague was told."""
        return [p.visit for p in self.parts if _unchanged(self, p, now)]


def _unchanged(handover: Handover, part: HandedVisit, now: datetime) -> bool:
    visit = part.visit
    mine = visit.teacher_id == handover.teacher_id and visit.state in HANDED
    return mine and now < visit.starts_at == part.starts_at


def check(session: Session, visit: Visit, to: Person, now: datetime) -> None:
    """Whether she could go: she teaches the child, has no visit there of her own, and is free."""
    if visit.state not in HANDED or visit.starts_at <= now:
        raise Refused("not_now", state=visit.state, verb="hand_over")
    if visit.teacher_id == to.id:
        raise Refused("hers_already", name=to.name)
    if not may_go(visit, to):
        raise Refused("out_of_reach_of", name=to.name)
    if any(own.is_of(visit.student_ids) for own in Visit.of_teacher(session, to, *OPEN)):
        raise Refused("has_one_already", name=to.name)
    gap = timedelta(minutes=visit.policy.travel_gap_minutes)
    wanted = [span for time in times_of(visit) for span in teacher_spans(to.id, *time, gap)]
    if not hours.is_free(session, wanted, visit.id):
        raise Refused("hours_taken_of", name=to.name)


def may_go(visit: Visit, to: Person) -> bool:
    """Only who teaches or leads the child goes to its home (R5)."""
    reached = all(child.in_reach_of(to) for child in visit.students)
    return (to.teaches or to.leads) and to.left_at is None and reached


def ask(session: Session, by: Person, to: Person, visits: Sequence[Visit], now: datetime) -> Handover:
    """Puts the request down; refused to whoever is not in charge of each of these visits of one teacher."""
    if not all(in_charge(by, v) and v.teacher_id == visits[0].teacher_id for v in visits):
        raise Refused("not_yours")
    for visit in visits:
        check(session, visit, to, now)
    handover = Handover(school_id=by.school_id, teacher_id=visits[0].teacher_id, to_id=to.id, by_id=by.id)
    handover.asked_at, handover.answer = now, ASKED
    handover.parts = [HandedVisit(visit=v, starts_at=v.starts_at) for v in visits]
    session.add(handover)
    session.flush()
    return handover


class Taken(NamedTuple):
    """What came of a yes."""

    taken: list[Visit]
    left: list[tuple[Visit, Refused]]  #: with the reason why they stay with the first teacher


def take(session: Session, handover: Handover, person: Person, now: datetime) -> Taken:
    """The colleague goes: each visit by itself becomes hers, as far as it still can."""
    _answered(handover, person, YES, now)
    done = Taken([], [])
    for part in handover.parts:
        visit = part.visit
        try:
            with session.begin_nested():
                if not _unchanged(handover, part, now):
                    raise Refused("changed_meanwhile_plain")
                check(session, visit, person, now)
                visit.hand_over(session, Actor(TEACHER, person.id), person, now)
            done.taken.append(visit)
        except Refused as no:
            done.left.append((visit, no))
    return done


def leave(handover: Handover, person: Person, now: datetime) -> None:
    """The colleague cannot: all stays as it is."""
    _answered(handover, person, NO, now)


def _answered(handover: Handover, person: Person, answer: str, now: datetime) -> None:
    if handover.to_id != person.id:
        raise Refused("not_yours")
    if handover.answer != ASKED:
        raise Refused("answered_already")
    handover.answer, handover.answered_at = answer, now
