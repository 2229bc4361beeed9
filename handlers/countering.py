"""A teacher answers what a family has asked for: another hour, another form, another time for a settled visit."""

from __future__ import annotations

from datetime import datetime

from handlers import when
from handlers.answering import questionnaire
from handlers.booking import visit_facts
from handlers.drafts import Draft, carries_out, show
from handlers.offered import keeps_old
from handlers.pupils import the_visit
from handlers.registry import TEACHER, Words, command, tapped
from handlers.school_days import remarks
from handlers.texts import say
from handlers.times import settled
from handlers.turn import Say, TapMaker, Turn
from models import telling
from models.audience import answering_guardian
from models.conversation import Tap
from models.errors import Refused
from models.visit import Visit
from models.visit_life import CONFIRMED, PROPOSED, Actor


def waiting_for(turn: Turn) -> list[Visit]:
    """The teacher's visits that wait for her answer."""
    found = Visit.of_teacher(turn.session, turn.person, PROPOSED, CONFIRMED)
    return [v for v in found if v.asked == TEACHER]


def own_visit(turn: Turn, tap: Tap) -> Visit:
    """The teacher's own visit that the tap speaks of, at the step that was shown."""
    visit = turn.session.get(Visit, tap.subject_id)
    if visit is None or visit.teacher_id != turn.person.id:
        raise Refused("not_yours")
    if visit.steps != tap.round:
        raise Refused("changed_meanwhile", **visit_facts(visit))
    return visit


@command(TEACHER, "confirm", "yes")
def take(turn: Turn, words: Words) -> Say:
    """同意"""
    visit = the_visit(turn, waiting_for(turn), words, "counter.nothing")
    keeps = keeps_old(visit, str(words.get("said", "")))
    if keeps is None:
        return Say(say("counter.waiting_move", **visit_facts(visit)), counter_taps(turn.tap, visit))
    return _keep(turn, visit) if keeps else _take(turn, visit)


@tapped("counter.take")
def tap_take(turn: Turn, tap: Tap) -> Say:
    return _take(turn, own_visit(turn, tap))


def _take(turn: Turn, visit: Visit) -> Say:
    moving, answered = visit.moving, answering_guardian(turn.session, visit)
    visit.confirm(turn.session, Actor(TEACHER, turn.person.id), turn.now)
    telling.tell_family(turn.session, visit, "visit.moved" if moving else "visit.counter_taken", turn.now)
    if not moving and answered is not None:
        questionnaire(turn, visit, answered)
    return Say(say("counter.taken", **visit_facts(visit)))


@command(TEACHER, "counter")
def counter(turn: Turn, words: Words) -> Say:
    """周日下午4点可以吗"""
    visit = the_visit(turn, waiting_for(turn), words, "counter.nothing")
    starts_at, inferred = settled(turn, words, "time", "move.ask_time")
    again = {"intent": "counter", "words": words | {"visit": visit.id}}
    draft: Draft = {"do": "teacher_counter", "visit": visit.id, "steps": visit.steps, "again": again}
    new = when.spoken(starts_at, turn.school.zone) + (say("book.inferred") if inferred else "")
    text = say("counter.shown", new=new, **visit_facts(visit))
    text += remarks(turn, visit.offer_form or visit.form, [starts_at])
    return show(turn, draft | {"starts_at": starts_at.isoformat()}, text)


@carries_out("teacher_counter")
def carry_out(turn: Turn, draft: Draft) -> Say:
    """The teacher's other time goes to the family."""
    visit = turn.session.get(Visit, draft["visit"])
    if visit is None or visit.teacher_id != turn.person.id or visit.steps != draft["steps"]:
        raise Refused("changed_meanwhile_plain")
    visit.counter(turn.session, Actor(TEACHER, turn.person.id), datetime.fromisoformat(draft["starts_at"]), turn.now)
    telling.tell_family(turn.session, visit, "visit.move_offer" if visit.moving else "visit.offer", turn.now)
    return Say(say("counter.sent", **visit_facts(visit)))


@tapped("counter.other_time")
def tap_other_time(turn: Turn, tap: Tap) -> Say:
    visit = own_visit(turn, tap)
    question = say("move.ask_time")
    turn.memory["hole"] = {"intent": "counter", "words": {"visit": visit.id}, "slot": "time", "question": question}
    return Say(question)


@command(TEACHER, "decline", "no")
def refuse(turn: Turn, words: Words) -> Say:
    """这个时间不行"""
    visit = the_visit(turn, waiting_for(turn), words, "counter.nothing")
    return Say(say("counter.what_now", **visit_facts(visit)), _refusing_taps(turn, visit))


def _refusing_taps(turn: Turn, visit: Visit) -> list[Tap]:
    other = turn.tap("counter.other_time", say("label.other_time"), visit.id, round=visit.steps)
    last = ("counter.keep", "label.keep_old") if visit.moving else ("counter.withdraw", "label.withdraw")
    return [other, turn.tap(last[0], say(last[1]), visit.id, round=visit.steps)]


def counter_taps(new: TapMaker, visit: Visit) -> list[Tap]:
    """How a family's wish can be answered by a tap."""
    last = ("counter.keep", "label.keep_old") if visit.moving else ("counter.withdraw", "label.withdraw")
    deeds = [("counter.take", "label.take"), ("counter.other_time", "label.other_time"), last]
    return [new(deed, say(label), subject_id=visit.id, round=visit.steps) for deed, label in deeds]


@tapped("counter.keep")
def tap_keep(turn: Turn, tap: Tap) -> Say:
    return _keep(turn, own_visit(turn, tap))


def _keep(turn: Turn, visit: Visit) -> Say:
    visit.refuse_move(turn.session, Actor(TEACHER, turn.person.id), turn.now)
    telling.tell_answering(turn.session, visit, "visit.move_refused_by_teacher", turn.now)
    return Say(say("counter.kept", **visit_facts(visit)))


@tapped("counter.withdraw")
def tap_withdraw(turn: Turn, tap: Tap) -> Say:
    visit = own_visit(turn, tap)
    visit.withdraw(turn.session, Actor(TEACHER, turn.person.id), turn.now)
    telling.tell_family(turn.session, visit, "visit.cancelled", turn.now)
    return Say(say("cancel.done", **visit_facts(visit)))
