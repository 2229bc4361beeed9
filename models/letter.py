"""A letter to a family (书面家访): a visit without an hour, held once it is sent (rulings 12)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models.record import Record
from models.visit import Visit
from models.visit_life import LETTER, PROPOSED, TEACHER, Actor
from models.visit_plan import Plan

#: Characters; longer ones would not be shown whole in one message of the platform.
LONGEST = 500


def send(session: Session, plan: Plan, text: str, now: datetime) -> Visit:
    """The visit of a letter that goes out now; what was written is the talk of its record (R1)."""
    plan.check(now)
    student = plan.student
    visit = Visit(school_id=student.school_id, student_id=student.id, teacher_id=plan.teacher.id, form=LETTER)
    visit.school, visit.student, visit.teacher = student.school, student, plan.teacher
    visit.state, visit.round, visit.steps, visit.offer_round = PROPOSED, 0, 0, 0
    visit.starts_at = visit.ends_at = visit.proposed_at = now
    visit.purpose, visit.letter, visit.kind = plan.purpose, text, "general"
    visit.companions, visit.accompanied, visit.forms_offered, visit.waits = [], False, False, 0
    session.add(visit)
    session.flush()
    visit.send_letter(session, Actor(TEACHER, plan.teacher.id), now)
    Record.add(session, visit, plan.teacher.id, {"talk": text}, now)
    return visit
