"""A home visit (家访): its life and its verbs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, relationship

from models import companion, history, home_refusal, hours
from models.companion import NO, Companion
from models.errors import Refused
from models.person import Person
from models.policy import Policy
from models.school import School
from models.student import Student
from models.visit_hands import VisitHands
from models.visit_hours import spans_of
from models.visit_life import (
    CLOCK,
    CONFIRMED,
    GUARDIAN,
    HELD,
    LETTER,
    LIFE,
    PHONE,
    PROPOSED,
    TEACHER,
    THE_CLOCK,
    VIDEO,
    Actor,
)
from models.visit_plan import Plan
from models.visit_row import VisitRow
from models.visit_sibling import VisitSibling
from models.visit_slots import chosen, in_order, kept, still_open


class Visit(VisitHands):
    """One planned or held contact with one family, about one student or several who are siblings."""

    __tablename__ = "visit"
    __table_args__ = (
        sa.Index("ix_visit_state_start", "state", "starts_at"),
        sa.Index("ix_visit_student", "student_id", "id"),
        sa.Index("ix_visit_teacher", "teacher_id", "state"),
        # What the planners ask each minute: each its own, so that none walks through a term's visits.
        sa.Index("ix_visit_held", "held_at", "form"),
        sa.Index("ix_visit_offer", "asked", "offer_at", sqlite_where=sa.text("offer_at IS NOT NULL"),
                 postgresql_where=sa.text("offer_at IS NOT NULL")),
        sa.Index("ix_visit_offer_start", "offer_starts_at", sqlite_where=sa.text("offer_at IS NOT NULL"),
                 postgresql_where=sa.text("offer_at IS NOT NULL")),
        sa.Index("ix_visit_state_held", "state", "held_at"),
        sa.Index("ix_visit_waits", "asked", "offer_at", sqlite_where=sa.text("wait_until IS NOT NULL"),
                 postgresql_where=sa.text("wait_until IS NOT NULL")),
    )  # fmt: skip
    # Two who step the same visit at once: the later one finds it changed and must look again (rel.I4).
    __mapper_args__ = {"version_id_col": VisitRow.steps, "version_id_generator": False}  # noqa: RUF012 - as mapped

    # Their ids are what is written: whatever could be written through a relationship, too, is asked at every flush.
    school: Mapped[School] = relationship(viewonly=True)
    student: Mapped[Student] = relationship(viewonly=True)
    siblings: Mapped[list[Student]] = relationship(secondary=VisitSibling.__table__, order_by=Student.id)
    teacher: Mapped[Person] = relationship(foreign_keys="Visit.teacher_id", viewonly=True)
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys="Visit.confirmed_by_id", viewonly=True)

    companions: Mapped[list[Companion]] = relationship(order_by=Companion.id)

    @property
    def going(self) -> list[Person]:
        """The colleagues who come along (B6), but for those who cannot."""
        return [c.person for c in self.companions if c.answer != NO] if self.accompanied else []

    @property
    def policy(self) -> Policy:
        return self.school.policy

    @property
    def moving(self) -> bool:
        """Confirmed, and another time is on the table; the old one stands until it is taken."""
        return self.state == CONFIRMED and self.asked is not None

    def _step(self, verb: str, actor: Actor, session: Session, now: datetime, why: str = "") -> None:
        """The only place that changes the state; writes the history of it."""
        after, who = LIFE.get((self.state, verb), ("", ()))
        if actor.part not in who:
            raise Refused("not_now", state=self.state, verb=verb)
        before, self.state = self.state, after
        self.steps += 1
        change = {"before": before, "after": after} | ({"why": why} if why else {})
        deed = history.Deed(verb, "visit", self.id, actor.person_id)
        history.write(session, self.student, deed, now, change | self._times())
        companion.news(session, self, verb, now)
        home_refusal.noticed(session, self, verb, actor, now)

    def _times(self) -> dict[str, Any]:
        offered = self.offer_starts_at.isoformat() if self.offer_starts_at else None
        more = {"more": self.offer_more} if self.offer_more else {}
        return {"starts_at": self.starts_at.isoformat(), "offer": offered, "form": self.form} | more

    def _hold(self, session: Session) -> None:
        hours.settle(session, self.id, self.spans())

    def spans(self) -> list[hours.Span]:
        """Which hours this visit holds, and whose (B12)."""
        return spans_of(self)

    @staticmethod
    def propose(session: Session, plan: Plan, now: datetime) -> Visit:
        """Puts a planned visit to the family: from here on it exists, and holds the teacher's hours (rulings 1)."""
        plan.check(now)
        student = plan.student
        for child in plan.students:
            home_refusal.check(session, child, plan.form, now)
        visit = Visit(school_id=student.school_id, student_id=student.id, teacher_id=plan.teacher.id, form=plan.form)
        visit.school, visit.student, visit.teacher = student.school, student, plan.teacher
        visit.siblings, visit.household = list(plan.siblings), bool(plan.siblings)
        visit.guests, visit.goals, visit.reason = list(plan.guests), list(plan.goals), plan.reason
        visit.companions = [Companion(person=p, answer=companion.ASKED, asked_at=now) for p in plan.companions]
        visit.accompanied = bool(plan.companions)
        visit.purpose, visit.kind = plan.purpose, "urgent" if plan.urgent else "general"
        visit.state, visit.round, visit.steps, visit.offer_round = PROPOSED, 0, 1, 0
        visit.starts_at, visit.ends_at = plan.starts_at, plan.ends_at
        visit.forms_offered, visit.waits, visit.proposed_at = False, 0, now
        session.add(visit)
        session.flush()
        visit._offer(GUARDIAN, in_order(plan.starts), now, plan.form)
        visit._hold(session)
        deed = history.Deed("propose", "visit", visit.id, plan.teacher.id)
        history.write(session, student, deed, now, {"after": PROPOSED, "purpose": plan.purpose} | visit._times())
        return visit

    def _offer(self, asked: str, starts: list[datetime], now: datetime, form: str | None = None) -> None:
        form = form or self.offer_form or self.form
        self.asked, self.offer_at, self.offer_form, self.wait_until = asked, now, form, None
        self.offer_round += 1
        self._put(starts, form)

    def _put(self, starts: list[datetime], form: str) -> None:
        """These times are on the table; a proposal counts as begun with the first of them."""
        self.offer_starts_at, self.offer_more = starts[0], kept(starts)
        self.offer_ends_at = starts[0] + timedelta(minutes=self.policy.minutes(form))
        if self.state == PROPOSED:
            self.starts_at, self.ends_at, self.form = starts[0], self.offer_ends_at, form

    def _clear_offer(self) -> None:
        self.asked = self.offer_starts_at = self.offer_ends_at = self.offer_at = self.offer_form = None
        self.offer_more = self.wait_until = None

    def _answering(self, actor: Actor) -> None:
        # A teacher may enter what the family said on the telephone; the family never speaks for the teacher.
        by_phone = self.asked is not None and actor.part == TEACHER and actor.by_phone
        if self.asked != actor.part and not by_phone:
            raise Refused("not_asked", asked=self.asked)

    def confirm(self, session: Session, actor: Actor, now: datetime, slot: datetime | None = None) -> None:
        """The side that was asked takes the time on the table, of several the named one (B3, rulings 7)."""
        self._answering(actor)
        self.starts_at = chosen(self.policy, self, slot, now)
        self.form = self.offer_form or self.form
        self.ends_at = self.starts_at + timedelta(minutes=self.policy.minutes(self.form))
        moving = self.state == CONFIRMED
        self._step("take_move" if moving else "confirm", actor, session, now)
        self._clear_offer()
        self.round += 1
        self.confirmed_at, self.present, self.present_sealed = now, None, None
        if actor.part == GUARDIAN:
            self.confirmed_by_id = actor.person_id
        self._hold(session)

    def counter(self, session: Session, actor: Actor, starts_at: datetime, now: datetime, form: str = "") -> None:
        """The side that was asked puts another time, maybe form, to the other (B3); after the rounds, telephone."""
        self._answering(actor)
        if starts_at <= now:
            raise Refused("time_past")
        if self.offer_round >= self.policy.rounds + 1:
            raise Refused("rounds_over")
        self._step("counter", actor, session, now)
        self._offer(TEACHER if actor.part == GUARDIAN else GUARDIAN, [starts_at], now, form)
        self._hold(session)

    def change_form(
        self, session: Session, actor: Actor, form: str, now: datetime, slot: datetime | None = None
    ) -> None:
        """Another form at the same hour (B4): telephone and video are taken at once, school waits (rulings 6)."""
        self._answering(actor)
        starts_at = chosen(self.policy, self, slot, now)
        self._step("change_form", actor, session, now)
        if form in (PHONE, VIDEO):
            self._offer(GUARDIAN, [starts_at], now, form)
            self.confirm(session, actor, now)
        else:
            self._offer(TEACHER, [starts_at], now, form)
            self._hold(session)

    def decline(self, session: Session, actor: Actor, now: datetime) -> None:
        """The family does not want the visit."""
        self._answering(actor)
        self._end("decline", actor, session, now)

    def withdraw(self, session: Session, actor: Actor, now: datetime) -> None:
        """The teacher takes the proposal back before it was answered (rulings 2)."""
        self._end("withdraw", actor, session, now)

    def lapse(self, session: Session, now: datetime) -> None:
        """Nobody answered in time (rulings 7)."""
        if self.state == PROPOSED:
            self._end("lapse", THE_CLOCK, session, now)
        else:
            self.refuse_move(session, THE_CLOCK, now)

    def lapse_slots(self, session: Session, now: datetime) -> None:
        """Times that can no longer be taken leave the table; the others stay, and what was shown of them holds."""
        self._put(still_open(self.policy, self, now), self.offer_form or self.form)
        self._hold(session)
        history.write(session, self.student, history.Deed("lapse_slot", "visit", self.id, None), now, self._times())

    def cancel(self, session: Session, actor: Actor, now: datetime, why: str = "") -> None:
        """A confirmed visit is called off; everybody is told (rulings 8)."""
        self._end("cancel", actor, session, now, why)

    def miss(self, session: Session, actor: Actor, now: datetime) -> None:
        """It did not take place (rulings 12)."""
        self._end("miss", actor, session, now)

    def _end(self, verb: str, actor: Actor, session: Session, now: datetime, why: str = "") -> None:
        self._step(verb, actor, session, now, why)
        self._clear_offer()
        self._hold(session)

    def move(self, session: Session, actor: Actor, starts_at: datetime, now: datetime, form: str | None = None) -> None:
        """Asks the other side for another time, and maybe form; the old one stands until then (rulings 8)."""
        if starts_at <= now:
            raise Refused("time_past")
        self._step("move", actor, session, now)
        self.offer_round = 0
        self._offer(TEACHER if actor.part == GUARDIAN else GUARDIAN, [starts_at], now, form or self.form)
        self._hold(session)

    def refuse_move(self, session: Session, actor: Actor, now: datetime) -> None:
        """The other time is not taken: the old one stands."""
        if actor.part != CLOCK:
            self._answering(actor)
        if not self.moving:
            raise Refused("not_now", state=self.state, verb="refuse_move")
        self._step("refuse_move", actor, session, now)
        self._clear_offer()
        self._hold(session)

    def check_in(self, session: Session, actor: Actor, now: datetime) -> None:
        """The teacher has arrived (V1)."""
        self._step("check_in", actor, session, now)
        self.checked_in_at = now
        self._clear_offer()
        self._hold(session)

    def check_out(self, session: Session, actor: Actor, now: datetime) -> None:
        """The teacher has left (V1); the visit was held."""
        self._step("check_out", actor, session, now)
        self.checked_out_at = self.held_at = now
        self._hold(session)

    def hold(self, session: Session, actor: Actor, now: datetime) -> None:
        """A visit without check-in took place, says the teacher (rulings 12)."""
        if now < self.starts_at:
            raise Refused("not_begun")
        self._step("hold", actor, session, now)
        self.held_at = now
        self._clear_offer()
        self._hold(session)

    def send_letter(self, session: Session, actor: Actor, now: datetime) -> None:
        """A letter has no hour and waits for no answer: it is held once it is sent (rulings 12)."""
        if self.form != LETTER:
            raise Refused("not_a_letter")
        self._step("send_letter", actor, session, now)
        self.held_at = now

    def record(self, session: Session, actor: Actor, now: datetime) -> None:
        """A complete record was submitted (R1)."""
        self._step("record", actor, session, now)

    def close(self, session: Session, actor: Actor, now: datetime) -> None:
        """Everything that was to follow has followed (F3)."""
        self._step("close", actor, session, now)

    def undo(self, session: Session, actor: Actor, now: datetime) -> str:
        """Takes back the last check-in or check-out while it is fresh (rulings 2); says which."""
        last = self.checked_out_at if self.state == HELD else self.checked_in_at
        if last is None or now - last > timedelta(minutes=self.policy.undo_minutes):
            raise Refused("too_late_to_undo", minutes=self.policy.undo_minutes)
        verb = "undo_check_out" if self.state == HELD else "undo_check_in"
        self._step(verb, actor, session, now)
        if verb == "undo_check_out":
            self.checked_out_at = self.held_at = None
        else:
            self.checked_in_at = None
        self._hold(session)
        return verb
