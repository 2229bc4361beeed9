"""Another hour, or none: a teacher moves, withdraws or cancels; a guardian asks for the same (rulings 8)."""

from __future__ import annotations

from datetime import datetime

from handlers import company, when
from handlers.booking import named_form, phone_taps, visit_facts
from handlers.drafts import Draft, carries_out, show
from handlers.many import cancel_many
from handlers.meant_many import means_many
from handlers.moving_many import move_many
from handlers.not_at_home import other_form
from handlers.pupils import the_visit
from handlers.reach import answerable, open_visits
from handlers.registry import GUARDIAN, TEACHER, Nothing, Words, command
from handlers.school_days import remarks
from handlers.texts import say
from handlers.times import settled
from handlers.turn import Say, Turn
from models import telling
from models.audience import may_answer
from models.errors import Refused
from models.person import Person
from models.visit import Visit
from models.visit_life import CONFIRMED, LETTER, PROPOSED, Actor

MOVABLE = (PROPOSED, CONFIRMED)


def target(words: Words) -> Words:
    """The new time is where the sentence says so, else the only time in it."""
    new = words.get("target_time") or words.get("new_time") or words.get("time")
    return words | {"time": new}


@command(TEACHER, "reschedule")
def reschedule(turn: Turn, words: Words) -> Say:
    """张小明的家访改到周日上午10点"""
    if means_many(words):
        return move_many(turn, words)
    visits = Visit.of_teacher(turn.session, turn.person, *MOVABLE)
    visit = the_visit(turn, visits, words, "move.nothing")
    form = _other_form(turn, visit, words)
    if form and not words.get("time"):
        # 改成电话: at the hour that stands.
        starts_at, inferred = visit.offer_starts_at or visit.starts_at, True
    else:
        starts_at, inferred = settled(turn, words, "time", "move.ask_time")
    company.check_move(turn, visit, starts_at)
    again = {"intent": "reschedule", "words": words | {"visit": visit.id}}
    draft: Draft = {"do": "move", "visit": visit.id, "steps": visit.steps, "starts_at": starts_at.isoformat()}
    mark = say("book.inferred") if inferred else ""
    facts = visit_facts(visit) | {"new": when.spoken(starts_at, turn.school.zone) + mark}
    if form:
        facts["form"] = say("move.form_was", new=say(f"form.{form}"), old=facts["form"])
    text = say("move.shown", **facts) + remarks(turn, form or visit.form, [starts_at])
    return show(turn, draft | {"again": again, "form": form}, text)


def _other_form(turn: Turn, visit: Visit, words: Words) -> str | None:
    """The form that the visit is to have instead of its own; a letter has no hour, so it is none."""
    form = named_form(words)
    if form in (None, LETTER, visit.form):
        return None
    for student in visit.students:
        other_form(turn, student, str(form))
    return form


@carries_out("move")
def move(turn: Turn, draft: Draft) -> Say:
    """Asks the family for the new time; what was confirmed stands until they take it."""
    visit = _mine(turn, draft)
    was_confirmed = visit.state == CONFIRMED
    starts_at, form = datetime.fromisoformat(draft["starts_at"]), draft.get("form") or ""
    visit.move(turn.session, Actor(TEACHER, turn.person.id), starts_at, turn.now, form)
    told = telling.tell_family(turn.session, visit, "visit.move_offer" if was_confirmed else "visit.offer", turn.now)
    key = "move.sent" if was_confirmed else "move.sent_anew"
    taps = [] if told else phone_taps(turn.tap, visit)
    return Say(say(key if told else "book.telephone", **visit_facts(visit)), taps)


@command(TEACHER, "cancel", "withdraw")
def cancel(turn: Turn, words: Words) -> Say:
    """取消张小明的家访"""
    if means_many(words):
        return cancel_many(turn, words)
    visits = Visit.of_teacher(turn.session, turn.person, *MOVABLE)
    visit = the_visit(turn, visits, words, "cancel.nothing")
    draft: Draft = {"do": "cancel", "visit": visit.id, "steps": visit.steps}
    return show(turn, draft, say("cancel.shown", **visit_facts(visit)), "label.cancel_yes", "label.cancel_no")


@command(GUARDIAN, "cancel")
def guardian_cancels(turn: Turn, words: Words) -> Say:
    """周六来不了了"""
    visits = [v for v in answerable(turn) if v.state == CONFIRMED]
    if not visits and any(v.state == CONFIRMED for v in open_visits(turn)):
        raise Nothing(say("answer.other_guardian"))
    visit = the_visit(turn, visits, words, "cancel.nothing_family")
    draft: Draft = {"do": "guardian_cancel", "visit": visit.id, "steps": visit.steps}
    text = say("cancel.shown_family", **visit_facts(visit))
    said = show(turn, draft, text, "label.cancel_yes", "label.cancel_no")
    said.taps.insert(1, turn.tap("visit.other_time", say("label.other_time"), visit.id, round=visit.steps))
    return said


@carries_out("cancel")
def carry_out_cancel(turn: Turn, draft: Draft) -> Say:
    """Everybody is told."""
    visit = _mine(turn, draft)
    actor = Actor(TEACHER, turn.person.id)
    if visit.state == PROPOSED:
        visit.withdraw(turn.session, actor, turn.now)
    else:
        visit.cancel(turn.session, actor, turn.now)
    told = telling.tell_family(turn.session, visit, "visit.cancelled", turn.now)
    return Say(say("cancel.done" if told else "cancel.done_telephone", **visit_facts(visit)))


@carries_out("guardian_cancel")
def carry_out_guardian_cancel(turn: Turn, draft: Draft) -> Say:
    """Takes effect on the tap; the teacher and the other guardians are told (rulings 8)."""
    visit, person = family_visit(turn, draft["visit"], draft["steps"])
    visit.cancel(turn.session, Actor(GUARDIAN, person.id), turn.now)
    telling.tell_teacher(turn.session, visit, "visit.cancelled_by_family", turn.now, by=person.id)
    telling.tell_family(turn.session, visit, "visit.cancelled", turn.now, but=person.id)
    return Say(say("cancel.done_family", **visit_facts(visit)))


def _mine(turn: Turn, draft: Draft) -> Visit:
    visit = turn.session.get(Visit, draft["visit"])
    if visit is None or visit.teacher_id != turn.person.id:
        raise Refused("not_yours")
    if visit.steps != draft["steps"]:
        raise Refused("changed_meanwhile", **visit_facts(visit))
    return visit


def family_visit(turn: Turn, visit_id: int | None, steps: int) -> tuple[Visit, Person]:
    """A visit of one of the speaker's own children, at the step that was shown; and who the speaker is there."""
    visit = turn.session.get(Visit, visit_id)
    for person in turn.family:
        if visit is not None and visit.tie_of(person.id) is not None and may_answer(turn.session, visit, person):
            if visit.steps != steps:
                raise Refused("changed_meanwhile", **visit_facts(visit))
            return visit, person
    raise Refused("not_yours")
