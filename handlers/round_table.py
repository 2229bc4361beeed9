"""A round table by video: child, guardian at home and parents away; each answers, the teacher sees who comes (B11)."""

from __future__ import annotations

from dataclasses import replace

from handlers.booking import visit_facts
from handlers.reach import owing_guardian
from handlers.registry import tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models import participant, telling
from models.conversation import Tap
from models.errors import Refused
from models.notification import owe
from models.participant import ASKED
from models.person import Person
from models.visit import Visit


def stays_out(turn: Turn, visit: Visit, person: Person) -> Say | None:
    """One who cannot come does not call it off for the others; None when nobody else would be left, or for others."""
    place = participant.place_of(turn.session, visit, person.id)
    if place is None or participant.last_to_refuse(turn.session, visit, person.id):
        return None
    return _answered(turn, visit, person, coming=False)


@tapped("table.yes", "table.no")
def tap_answer(turn: Turn, tap: Tap) -> Say:
    visit = turn.session.get_one(Visit, tap.subject_id)
    people = [p for p in turn.family if participant.place_of(turn.session, visit, p.id)]
    if not people:
        raise Refused("not_yours")
    return _answered(turn, visit, people[0], coming=tap.deed == "table.yes")


def said_of_table(turn: Turn, text: str) -> Say | None:
    """能参加, 我参加不了; 可以 alone only where nothing else waits for an answer."""
    plain = text.strip(" 。.！!，,~～")
    coming = plain in say("table.yes_words").split()
    bare = plain in say("table.bare_words").split()
    if not (coming or bare or plain in say("table.no_words").split()):
        return None
    if bare and owing_guardian(turn).pending:
        return None
    found = participant.open_places(turn.session, [p.id for p in turn.family], turn.now)
    found = [(v, place) for v, place in found if place.answer == ASKED] or ([] if bare else found)
    if not found:
        return None
    visit, place = found[0]
    return _answered(turn, visit, place.person, coming or bare)


def _answered(turn: Turn, visit: Visit, person: Person, coming: bool) -> Say:
    """Taken at once, since it concerns only the speaker; the teacher hears who will be there."""
    if participant.answer(turn.session, visit, person.id, coming, turn.now):
        slot = f"{person.id} {turn.now:%m%d%H%M%S}"
        owed = telling.messages(visit, "table.answered", [visit.teacher], turn.now, by=person.id)
        owe(turn.session, [replace(each, slot=slot) for each in owed], turn.now)
    return Say(say("table.coming" if coming else "table.not_coming", **visit_facts(visit)))
