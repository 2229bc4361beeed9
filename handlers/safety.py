"""Words that must always reach a person (rulings 19, 41), bound or not, by day or night."""

from __future__ import annotations

from handlers.reach import roster_for
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding import Context, Roster, read
from models.note import SAFETY as CRY
from models.note import Note
from models.notification import SAFETY, Owed, owe
from models.person import PRINCIPAL, STUDENT_AFFAIRS, Person
from models.school import School

CRIES = ("safety",)


def cry_for_help(turn: Turn, text: str) -> Say | None:
    """Passes a cry for help on to the leaders at once; None when the words are none."""
    roster = roster_for(turn, turn.staff) if turn.staff else Roster()
    role = "teacher" if turn.staff else "guardian"
    reading = read(text, turn.now.astimezone().replace(tzinfo=None), Context(role=role, roster=roster))
    if reading.intent not in CRIES:
        return None
    schools = [turn.school] if turn.persons else School.of_account(turn.session, turn.account)
    for school in schools:
        _pass_on(turn, school, text)
    return Say(say("safety.answer"))


def _pass_on(turn: Turn, school: School, text: str) -> None:
    note = Note.write(turn.session, school.id, CRY, text, turn.now)
    note.person_id = turn.person.id if turn.persons else None
    leaders = Person.with_role(turn.session, school.id, STUDENT_AFFAIRS, PRINCIPAL)
    owed = [Owed(school.id, "safety.cry", note.id, p.id, turn.now, priority=SAFETY) for p in leaders]
    owe(turn.session, owed, turn.now)
