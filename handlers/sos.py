"""A teacher in danger during a visit: address and telephone go to the leaders at once; all-clear afterwards (V2)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from handlers.announce import Notice, Silence, Words, composes
from handlers.announce_offer import fields
from handlers.announce_people import alerted
from handlers.booking import facts_for, visit_facts
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding.outright import calls_for_help, is_safe
from models import history
from models.audience import children_for
from models.cry import seen, told
from models.note import SAFETY as CRY
from models.note import Note
from models.notification import SAFETY, Owed, owe
from models.person import PRINCIPAL, STUDENT_AFFAIRS, Person
from models.visit import Visit
from models.visit_life import CONFIRMED, UNDER_WAY

BEFORE, AFTER = timedelta(hours=1), timedelta(hours=3)  #: around the planned hours: on the way, and not yet out
REMEMBERED = timedelta(hours=24)


def help_me(turn: Turn, text: str) -> Say | None:
    """救命: whom the school has is told where she is; None when these are no such words, or she is on no visit."""
    if turn.staff is None or not calls_for_help(text):
        return None
    visit = _present(turn)
    if visit is None:
        return None
    note = Note.write(turn.session, visit.school_id, CRY, text, turn.now)
    note.person_id, note.visit_id, note.student_id = turn.staff.id, visit.id, visit.student_id
    deed = history.Deed("sos", "visit", visit.id, turn.staff.id)
    history.write(turn.session, visit.student, deed, turn.now, {"note": note.id})
    owed = [Owed(visit.school_id, "safety.visit", note.id, p, turn.now, priority=SAFETY) for p in _leaders(turn, visit)]
    owe(turn.session, owed, turn.now)
    return Say(say("sos.answer", **visit_facts(visit)))


def _present(turn: Turn) -> Visit | None:
    """The visit she is on: the one under way, else one whose hours these are."""
    assert turn.staff is not None
    found = Visit.of_teacher(turn.session, turn.staff, UNDER_WAY, CONFIRMED)
    near = [v for v in found if v.state == UNDER_WAY or v.starts_at - BEFORE <= turn.now <= v.ends_at + AFTER]
    return min(near, key=lambda v: (v.state != UNDER_WAY, abs(v.starts_at - turn.now)), default=None)


def _leaders(turn: Turn, visit: Visit) -> list[int]:
    homerooms = [Person.homeroom_of(turn.session, s.class_id) for s in visit.students]
    people = Person.with_role(turn.session, visit.school_id, STUDENT_AFFAIRS, PRINCIPAL)
    return sorted({p.id for p in [*people, *homerooms] if p is not None} - {visit.teacher_id})


def all_is_well(turn: Turn, text: str) -> Say | None:
    """平安: who was called is told; None when nobody was."""
    if turn.staff is None or not is_safe(text):
        return None
    query = sa.select(Note).where(
        Note.kind == CRY, Note.person_id == turn.staff.id, Note.visit_id.is_not(None), Note.at > turn.now - REMEMBERED
    )
    visits = {n.visit_id for n in turn.session.scalars(query)}
    told = sum(clear(turn, turn.session.get_one(Visit, key)) for key in visits)
    return Say(say("sos.clear")) if told else None


def clear(turn: Turn, visit: Visit) -> int:
    """Everybody who was called about this visit learns that all is well, once for each cry."""
    notes = turn.session.scalars(sa.select(Note).where(Note.kind == CRY, Note.visit_id == visit.id)).all()
    for note in notes:
        seen(note, turn.now)
    owed = [
        Owed(visit.school_id, "presence.all_clear", visit.id, person, turn.now, slot=f"sos {note.id}", priority=SAFETY)
        for note in notes
        for person in told(turn.session, note)
    ]
    return owe(turn.session, owed, turn.now)


@composes("safety.visit")
def cry(notice: Notice) -> Words | Silence:
    """Who, where, which number, and the words themselves; that the address was read is recorded (rulings 20)."""
    note = notice.session.get_one(Note, notice.row.subject_id)
    visit = notice.session.get_one(Visit, note.visit_id)
    history.read(notice.session, notice.person.id, visit.student, "address", notice.now, "sos")
    facts = facts_for(visit, notice.person) | {
        "phone": visit.teacher.phone or say("answer.no_phone"),
        "address": visit.student.address or say("answer.no_address"),
        "text": note.text,
    }
    about = fields(visit, say("note_field.cry"), of=children_for(notice.session, visit, notice.person))
    text, taps = alerted(notice, note, say("sos.cry", **facts))
    return Words(text, "safety", about, taps)
