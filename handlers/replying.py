"""A teacher answers what a family has asked her; both can read back what was written (B3, rulings 1)."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.drafts import Draft, carries_out, show
from handlers.registry import GUARDIAN, TEACHER, Missing, Nothing, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models import hour
from models.audience import relation
from models.conversation import Tap
from models.note import PASSED, Note
from models.notification import Owed, owe
from models.person import Person
from models.student import Student
from models.visit import Visit

SHOWN = 6  #: so many of the last lines are read back


@tapped("note.reply")
def tap_reply(turn: Turn, tap: Tap) -> Say:
    note = _mine(turn, tap.subject_id)
    question = say("reply.ask", by=asker(turn, note))
    turn.memory["hole"] = {"intent": "reply_note", "words": {"note": note.id}, "slot": "text", "question": question}
    return Say(question)


@command(TEACHER, "reply_note")
def reply(turn: Turn, words: Words) -> Say:
    """回复张小明妈妈：带上作业本就行"""
    note = _mine(turn, words["note"]) if words.get("note") else _newest(turn, words)
    text = str(words.get("text") or "").strip()
    if not text:
        raise Missing("text", say("reply.ask", by=asker(turn, note)))
    draft: Draft = {"do": "reply_note", "note": note.id, "text": text}
    shown = say("reply.shown", by=asker(turn, note), question=note.text, text=text)
    return show(turn, draft, shown, "label.send_family", "label.drop")


@carries_out("reply_note")
def carry_out(turn: Turn, draft: Draft) -> Say:
    """The words go back to the guardian who asked, sealed on the way."""
    asked = _mine(turn, draft["note"])
    assert asked.person_id is not None
    note = Note.write(turn.session, asked.school_id, PASSED, draft["text"], turn.now)
    note.person_id, note.visit_id, note.in_reply_to_id = turn.person.id, asked.visit_id, asked.id
    note.student_id = asked.student_id
    polite = hour.polite(turn.now, turn.school.policy, turn.school.zone)
    owe(turn.session, [Owed(note.school_id, "note.reply", note.id, asked.person_id, polite)], turn.now)
    return Say(say("reply.sent", by=asker(turn, asked)))


def asker(turn: Turn, note: Note) -> str:
    """张小明妈妈, for who has written."""
    student = student_of(turn, note)
    tie = relation(turn.session, student.id, note.person_id) if student and note.person_id else None
    if student is not None and tie is not None:
        return say("name.guardian", student=student.name, relation=tie.relation)
    return say("name.unknown")


def student_of(turn: Turn, note: Note) -> Student | None:
    """The child of whom it speaks."""
    student = turn.session.get(Student, note.student_id) if note.student_id else None
    visit = turn.session.get(Visit, note.visit_id) if note.visit_id and student is None else None
    return visit.student if visit else student


def _mine(turn: Turn, note_id: int | None) -> Note:
    note = turn.session.get(Note, note_id)
    if note is None or not Note.was_passed_to(turn.session, note, turn.person.id):
        raise Nothing(say("reply.nothing"))
    return note


def _newest(turn: Turn, words: Words) -> Note:
    """What the family of the child who was named has asked last; which child is asked about when it is in doubt."""
    named = words.get("students") or []
    found = [n for n in Note.passed_to(turn.session, turn.person.id) if _of(turn, n) in named]
    relations = [n for n in found if (said := words.get("relation")) and asker(turn, n).endswith(str(said))]
    if not found or (words.get("relation") and not relations):
        raise Nothing(say("reply.nothing"))
    return (relations or found)[0]


def _of(turn: Turn, note: Note) -> int | None:
    student = student_of(turn, note)
    return student.id if student else None


def thread(turn: Turn, visits: Sequence[Visit]) -> str:
    """What was written about these visits to and fro, the last lines of it; nothing when nobody wrote."""
    notes = Note.of_visits(turn.session, [v.id for v in visits])[-SHOWN:]
    lines = [say("reply.line", by=_writer(turn, n), text=n.text) for n in notes if _may_read(turn, n)]
    return "\n".join([say("reply.thread"), *lines]) if lines else ""


def _writer(turn: Turn, note: Note) -> str:
    person = turn.session.get(Person, note.person_id) if note.person_id else None
    if person is not None and person.on_staff:
        return say("name.teacher", name=person.name)
    return asker(turn, note)


def _may_read(turn: Turn, note: Note) -> bool:
    """A guardian reads her own words and what was answered to them, the teacher all that was passed to her."""
    if turn.memory.get("part") != GUARDIAN:
        return True
    asked = turn.session.get(Note, note.in_reply_to_id) if note.in_reply_to_id else note
    return asked is not None and asked.person_id in [p.id for p in turn.family]
