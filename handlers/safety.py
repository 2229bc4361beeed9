"""Words that must always reach a person (rulings 19, 41), bound or not, by day or night."""

from __future__ import annotations

from handlers.reach import roster_for
from handlers.registry import Nothing, tapped
from handlers.sos import help_me
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding import Context, read
from handlers.understanding.danger import endangered_child
from handlers.understanding.normalise import simplify
from handlers.understanding.safety import in_danger
from models.conversation import Tap
from models.cry import take_up, told
from models.note import SAFETY as CRY
from models.note import Note
from models.notification import SAFETY, Owed, owe
from models.person import PRINCIPAL, STUDENT_AFFAIRS, Person
from models.school import School

WORK = ("record", "talk_record", "book", "batch_book", "add_follow_up", "student_profile", "submit", "reply_note")


def cry_for_help(turn: Turn, text: str) -> Say | None:
    """Passes a cry for help on to the leaders at once; None when the words are none."""
    on_a_visit = None if "hole" in turn.memory else help_me(turn, text)
    if on_a_visit is not None:
        return on_a_visit
    if not _speaks_of_danger(turn, text) or (turn.staff is not None and _is_work(turn, turn.staff, text)):
        return None
    schools = [turn.school] if turn.persons else School.of_account(turn.session, turn.account)
    for school in schools:
        _pass_on(turn, school, text)
    return Say(say("safety.answer"))


@tapped("safety.take")
def tap_take(turn: Turn, tap: Tap) -> Say:
    """A leader who was alerted sees to it; the others hear that."""
    note = turn.session.get(Note, tap.subject_id)
    if note is None or turn.staff is None or turn.staff.id not in told(turn.session, note):
        raise Nothing(say("unclear.stale_tap"))
    if take_up(turn.session, note, turn.staff, turn.now):
        return Say(say("safety.noted"))
    return Say(say("safety.noted_before", leader=turn.session.get_one(Person, note.taken_by_id).name))


def _speaks_of_danger(turn: Turn, text: str) -> bool:
    """A family says it in more ways than a teacher who writes of her children."""
    return in_danger(text) or (turn.staff is None and endangered_child(simplify(text).text))


def _is_work(turn: Turn, person: Person, text: str) -> bool:
    """A teacher who writes a record or asks for a visit speaks about danger, and is not in it."""
    if "hole" in turn.memory:
        return True
    context = Context(role="teacher", me=person.name, roster=roster_for(turn, person))
    return read(text, turn.local().replace(tzinfo=None), context).intent in WORK


def _pass_on(turn: Turn, school: School, text: str) -> None:
    note = Note.write(turn.session, school.id, CRY, text, turn.now)
    note.person_id = turn.person.id if turn.persons else None
    leaders = Person.with_role(turn.session, school.id, STUDENT_AFFAIRS, PRINCIPAL)
    owed = [Owed(school.id, "safety.cry", note.id, p.id, turn.now, priority=SAFETY) for p in leaders]
    owe(turn.session, owed, turn.now)
