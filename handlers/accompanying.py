"""A colleague answers whether she comes along; the teacher decides what then becomes of the visit (B6)."""

from __future__ import annotations

from dataclasses import replace

from handlers.booking import visit_facts
from handlers.countering import own_visit
from handlers.pupils import the_visit
from handlers.registry import TEACHER, Nothing, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, TapMaker, Turn
from models import company
from models.conversation import Tap
from models.notification import Owed, owe
from models.visit import Visit
from models.visit_life import CONFIRMED, PROPOSED


def meant(turn: Turn, text: str) -> str | None:
    """Whether words that answer nothing else answer the question to come along."""
    plain = _without_name(turn, text.strip(" 。.！!，,~～"))
    for intent in ("accompany", "stay_away", "accompany_all", "stay_away_all"):
        if plain in say(f"company.{intent}_words").split() and _asked(turn):
            return intent
    return None


def _without_name(turn: Turn, text: str) -> str:
    """李雷家我去不了 about a visit to 李雷 to which one was asked along, and has none of one's own."""
    assert turn.staff is not None
    mine = {v.student_id for v in Visit.of_teacher(turn.session, turn.staff, PROPOSED, CONFIRMED)}
    for visit in _asked(turn):
        head, _, rest = text.partition(visit.student.name)
        if not head and rest and visit.student_id not in mine:
            return next((rest.removeprefix(w) for w in say("company.of_name").split() if rest.startswith(w)), rest)
    return text


def _asked(turn: Turn) -> list[Visit]:
    return company.asking(turn.session, turn.person, turn.now)


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


@command(TEACHER, "accompany_all")
def accompany_all(turn: Turn, words: Words) -> Say:
    """都一起去"""
    return _answer_all(turn, _asked(turn), going=True)


@command(TEACHER, "stay_away_all")
def stay_away_all(turn: Turn, words: Words) -> Say:
    """都去不了"""
    return _answer_all(turn, _asked(turn), going=False)


@tapped("company.yes_all", "company.no_all")
def tap_answer_all(turn: Turn, tap: Tap) -> Say:
    """All that were in the question and are still to come."""
    ids = tap.value.split()
    return _answer_all(turn, [v for v in _asked(turn) if str(v.id) in ids], going=tap.deed == "company.yes_all")


def _answer_all(turn: Turn, visits: list[Visit], going: bool) -> Say:
    if not visits:
        raise Nothing(say("company.nothing_asked"))
    for visit in visits:
        _answer(turn, visit, going)
    teachers = say("list.and").join(dict.fromkeys(v.teacher.name for v in visits))
    return Say(say("company.going_all" if going else "company.not_going_all", n=len(visits), teacher=teachers))


def _answer(turn: Turn, visit: Visit, going: bool) -> Say:
    person = turn.person
    if company.answer(turn.session, visit, person, going, turn.now):
        kind = "company.accepted" if going else "company.refused"
        # Of several companions each is told of by herself, also of a change of mind.
        slot = f"{person.id} {int(turn.now.timestamp())}"
        told = Owed(visit.school_id, kind, visit.id, visit.teacher_id, turn.now, visit.steps, slot)
        owe(turn.session, [replace(told, facts={"by": person.id})], turn.now)
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
