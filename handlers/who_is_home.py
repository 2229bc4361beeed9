"""Who will be at home (谁在家), asked with the confirmation and kept for the teacher; it holds nothing up (B9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from handlers.booking import visit_facts
from handlers.moving import family_visit
from handlers.reach import open_visits, owing_guardian
from handlers.registry import GUARDIAN, Words, command, tapped
from handlers.survey import ask as ask_survey
from handlers.texts import say
from handlers.turn import Say, TapMaker, Turn
from handlers.understanding.outright import who_is_there
from models import hour, telling, who_is_home
from models.conversation import Tap
from models.notification import owe
from models.person import Person
from models.survey import Survey
from models.visit import Visit
from models.who_is_home import ADULTS, ASKED_OF, BOTH, WORDS

CHOICES = (BOTH, ADULTS)


def asked(turn: Turn, visit: Visit, person: Person, said: Say) -> Say:
    """The confirmation, and the one line with its choices; what was told in the same breath is kept instead."""
    if visit.form not in ASKED_OF:
        return said
    told = who_is_there(turn.said.text)
    if told:
        who_is_home.tell(turn.session, visit, person.id, WORDS, told, turn.now)
        return Say(said.text + "\n" + say("home_who.noted", present=told), said.taps)
    return Say(said.text + "\n" + say("home_who.ask"), said.taps + taps(turn.tap, visit))


def taps(new: TapMaker, visit: Visit) -> list[Tap]:
    """Both, adults only, or in words."""
    choices = [new("present.told", say(f"home_who.{each}"), subject_id=visit.id, value=each) for each in CHOICES]
    return [*choices, new("present.words", say("home_who.other"), subject_id=visit.id)]


@tapped("present.told")
def tap_told(turn: Turn, tap: Tap) -> Say:
    visit, person = _own(turn, tap.subject_id)
    return _kept(turn, visit, person, tap.value)


@tapped("present.words")
def tap_words(turn: Turn, tap: Tap) -> Say:
    _own(turn, tap.subject_id)
    question = say("home_who.ask_words")
    hole = {"intent": "present", "words": {"visit": tap.subject_id}, "slot": "text", "question": question}
    turn.memory["hole"] = hole
    return Say(question)


@command(GUARDIAN, "present")
def in_words(turn: Turn, words: Words) -> Say:
    """到时候孩子和奶奶在家"""
    visit, person = _own(turn, words["visit"])
    return _kept(turn, visit, person, WORDS, str(words["text"]))


def said_of_home(turn: Turn, text: str) -> Say | None:
    """到时候孩子和奶奶在家, in passing; not while a time is still being agreed on, when it may mean yes."""
    plain = text.strip(" 。.！!，,~～")
    choice = next((each for each in CHOICES if plain == say(f"home_who.{each}")), None)
    words = "" if choice else who_is_there(text)
    if not choice and not words:
        return None
    found = [v for v in open_visits(turn) if who_is_home.may_tell(v, turn.now)]
    if len(found) != 1 or owing_guardian(turn).of_visits():
        return None
    visit, person = _own(turn, found[0].id)
    return _kept(turn, visit, person, choice or WORDS, words or "")


def _own(turn: Turn, visit_id: int | None) -> tuple[Visit, Person]:
    return family_visit(turn, visit_id, turn.session.get_one(Visit, visit_id).steps)


def _kept(turn: Turn, visit: Visit, person: Person, present: str, words: str = "") -> Say:
    """Kept, and the questionnaire that is open goes on; after the evening's brief the teacher is told at once."""
    who_is_home.tell(turn.session, visit, person.id, present, words, turn.now)
    midnight = hour.at(visit.starts_at, time(0), turn.school.zone)
    if turn.now >= hour.at(midnight, turn.school.policy.evening_at, turn.school.zone, days=-1):
        owed = telling.messages(visit, "visit.present", [visit.teacher], turn.now, by=person.id)
        owe(turn.session, [replace(each, slot=f"{turn.now:%m%d%H%M%S}") for each in owed], turn.now)
    text = say("home_who.kept", present=spoken(visit), **visit_facts(visit))
    first = owing_guardian(turn).first
    return ask_survey(turn, first, text + "\n") if isinstance(first, Survey) else Say(text)


def spoken(visit: Visit) -> str:
    """Who is at home in words; nothing where nobody has said."""
    if visit.present is None:
        return ""
    return visit.present_words if visit.present == WORDS else say(f"home_who.{visit.present}")
