"""What a family says to the teacher in words, by itself or beside an answer, reaches her word for word (B7)."""

from __future__ import annotations

from handlers.registry import Words
from handlers.texts import say
from handlers.turn import Turn
from models.audience import children_for
from models.note import PASSED, Note
from models.notification import Owed, owe
from models.person import Person
from models.visit import Visit


def put_to_teacher(turn: Turn, person: Person, text: str, teacher_id: int, of: Visit | int | None) -> None:
    """The words of a guardian, sealed on the way; of a visit, of a child, or of nobody in particular."""
    note = Note.write(turn.session, person.school_id, PASSED, text, turn.now)
    note.person_id = person.id
    if isinstance(of, Visit):
        note.visit_id, note.student_id = of.id, children_for(turn.session, of, person)[0].id
    else:
        note.student_id = of
    owe(turn.session, [Owed(person.school_id, "note.passed", note.id, teacher_id, turn.now)], turn.now)


def told_beside(turn: Turn, visit: Visit, person: Person, words: Words) -> str:
    """可以的，孩子最近总咳嗽: the answer is taken, and the teacher reads the words too; a line that says so."""
    if "message" not in (words.get("also") or []):
        return ""
    put_to_teacher(turn, person, str(words["said"]).strip(), visit.teacher_id, visit)
    return "\n" + say("answer.told_too", teacher=visit.teacher.name)
