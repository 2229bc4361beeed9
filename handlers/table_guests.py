"""Who is invited to a round table (视频圆桌): out of the teacher's words, in the draft and in the brief (B11)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.registry import Words
from handlers.texts import say
from handlers.understanding.round_table import relations_in
from models import participant
from models.audience import announced_to, guardians
from models.participant import Participant
from models.person import Person
from models.student import Student
from models.visit import Visit


def invited(words: Words, student: Student) -> dict[str, list[int]]:
    """The guardians who are meant, as they are kept in a draft: those named, else all; nobody for another visit."""
    named = relations_in(str(words.get("said") or ""))
    if named is None:
        return {}
    ties = [g for g in student.guardianships if not g.muted]
    return {"invited": [g.person_id for g in ties if g.relation in named] or [g.person_id for g in ties]}


def told(session: Session, student: Student, asked: tuple[Person, ...]) -> list[Person]:
    """To whom the proposal goes: of a round table whoever is invited and may be told, however many."""
    if not asked:
        return announced_to(session, student)
    entitled = {g.person_id for g in guardians(session, student) if g.person.stopped_at is None}
    return [p for p in asked if p.id in entitled]


def shown(session: Session, student: Student, asked: tuple[Person, ...]) -> str:
    """The lines of a draft about the round table."""
    if not asked:
        return ""
    reached = told(session, student, asked)
    lines = [say("table.shown", names=_relations(student, asked))]
    if missing := [p for p in asked if p not in reached]:
        lines.append(say("table.unreached", names=_relations(student, missing)))
    return "".join("\n" + line for line in lines)


def _relations(student: Student, people: list[Person] | tuple[Person, ...]) -> str:
    ids = [p.id for p in people]
    return say("list.and").join(g.relation for g in student.guardianships if g.person_id in ids)


def names(session: Session, visit: Visit) -> str:
    """爸爸、妈妈和孩子: who is asked to the table; nothing for another visit."""
    return _relations(visit.student, [p.person for p in participant.of_visit(session, visit)])


def summary(session: Session, visit: Visit) -> str:
    """爷爷（参加）、妈妈（还没答复）: for the teacher."""
    places = participant.of_visit(session, visit)
    return say("list.and").join(_one(visit, place) for place in places)


def _one(visit: Visit, place: Participant) -> str:
    return say("table.place", relation=_relations(visit.student, [place.person]), answer=say(f"table.{place.answer}"))
