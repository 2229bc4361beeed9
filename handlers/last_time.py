"""What came of the last visit, and what is still open: for the next one's brief (Q2, F1–F3)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import when
from handlers.texts import say
from models.action_item import ActionItem
from models.followup import EFFECT, FollowUp
from models.student import Student
from models.visit import Visit


def last_visit(session: Session, student: Student, but: Visit | None = None) -> Visit | None:
    """The newest visit to the student that was held."""
    took_place = [v for v in Visit.of_student(session, student) if v is not but and (v.held_at or v.imported_at)]
    return max(took_place, key=lambda visit: visit.starts_at, default=None)


def last_time(session: Session, student: Student, but: Visit | None = None) -> str:
    """When it was, who went, and what was answered afterwards; empty when nobody ever went."""
    last = last_visit(session, student, but)
    if last is None:
        return ""
    day = when.day(last.held_at or last.starts_at, last.school.zone)
    head = say("last_time.head", day=day, teacher=last.teacher.name)
    told = [_answer(f) for f in FollowUp.of_visit(session, last.id) if f.answer_text]
    return say("list.semicolon").join([head, *told])


def _answer(asked: FollowUp) -> str:
    text = say(f"effect.{asked.effect}") if asked.stage == EFFECT and asked.effect else asked.answer_text
    return say(f"last_time.{asked.stage}_{asked.part}", text=text)


def still_open(session: Session, student: Student) -> str:
    """What was promised or noted for the student and is not done yet."""
    return say("list.semicolon").join(item.text for item in ActionItem.open_of_student(session, student.id))
