"""A colleague answers whether she comes along; the teacher decides what then becomes of the visit (B6)."""

from __future__ import annotations

from handlers.booking import visit_facts
from handlers.countering import own_visit
from handlers.pupils import the_visit
from handlers.registry import TEACHER, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, TapMaker, Turn
from models import company, telling
from models.conversation import Tap
from models.visit import Visit


def meant(turn: Turn, text: str) -> str | None:
    """Whether words that answer nothing else answer the question to come along."""
    plain = text.strip(" 。.！!，,~～")
    for intent in ("accompany", "stay_away"):
        if plain in say(f"company.{intent}_words").split() and _asked(turn):
            return intent
    return None


def _asked(turn: Turn) -> list[Visit]:
    assert turn.staff is not None
    return company.asking(turn.session, turn.staff, turn.now)


@command(TEACHER, "accompany")
def accompany(turn: Turn, words: Words) -> Say:
    """一起去"""
    visit = the_visit(turn, _asked(turn), words, "company.nothing_asked")
    return _answer(turn, visit, going=True)


@command(TEACHER, "stay_away")
def stay_away(turn: Turn, words: Words) -> Say:
    """我去不了"""
    visit = the_visit(turn, _asked(turn), words, "company.nothing_asked")
    return _answer(turn, visit, going=False)


@tapped("company.yes", "company.no")
def tap_answer(turn: Turn, tap: Tap) -> Say:
    visit = turn.session.get(Visit, tap.subject_id)
    assert visit is not None
    return _answer(turn, visit, going=tap.deed == "company.yes")


def _answer(turn: Turn, visit: Visit, going: bool) -> Say:
    person = turn.person
    if company.answer(turn.session, visit, person, going, turn.now):
        kind = "company.accepted" if going else "company.refused"
        telling.tell_teacher(turn.session, visit, kind, turn.now, by=person.id)
    return Say(say("company.going" if going else "company.not_going", **visit_facts(visit)))


def alone_taps(new: TapMaker, visit: Visit) -> list[Tap]:
    """What the teacher can do when nobody comes along."""
    deeds = [("company.alone", "label.alone"), ("company.other_time", "label.other_time")]
    return [new(deed, say(label), subject_id=visit.id, round=visit.steps) for deed, label in deeds]


@tapped("company.alone")
def tap_alone(turn: Turn, tap: Tap) -> Say:
    return Say(say("company.unchanged", **visit_facts(own_visit(turn, tap))))


@tapped("company.other_time")
def tap_other_time(turn: Turn, tap: Tap) -> Say:
    visit = own_visit(turn, tap)
    question = say("move.ask_time")
    turn.memory["hole"] = {"intent": "reschedule", "words": {"visit": visit.id}, "slot": "time", "question": question}
    return Say(question)
