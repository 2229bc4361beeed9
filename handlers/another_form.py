"""A family asks for another form (B4, rulings 6): at the hour on the table it is taken, else it goes to the teacher."""

from __future__ import annotations

from datetime import datetime

from handlers import who_is_home
from handlers.answering import (
    CHOSEN,
    asked_or_settled,
    confirmed_text,
    counter,
    form_in,
    form_taps,
    questionnaire,
    wish_shown,
)
from handlers.booking import visit_facts
from handlers.moving import family_visit
from handlers.not_at_home import may_be_asked_again
from handlers.offered import slot_taps
from handlers.reach import open_visit
from handlers.registry import GUARDIAN, Missing, Words, command, tapped
from handlers.texts import say
from handlers.times import settled
from handlers.turn import Say, Turn
from handlers.understanding.weighing import busy_then
from models import telling
from models.conversation import Tap
from models.person import Person
from models.visit import Visit
from models.visit_life import AT_HOME, CONFIRMED, Actor


@command(GUARDIAN, "change_form")
def change_form(turn: Turn, words: Words) -> Say:
    """换成电话沟通"""
    visit, person = asked_or_settled(turn, words)
    form = form_in(words)
    if form is None or form == visit.form:
        return Say(say("answer.which_form"), form_taps(turn, visit))
    if words.get("time") and not _same_hour(turn, visit, words):
        return counter(turn, words | {"visit": visit.id})
    if visit.asked != GUARDIAN:
        return wish_shown(turn, visit, words, visit.starts_at, inferred=False)
    answer = words.get("same_hour") or _doubted(turn, visit, words)
    if answer == "no":
        return counter(turn, words | {"visit": visit.id, "time": None})
    return take_form(turn, visit, person, form)


def _same_hour(turn: Turn, visit: Visit, words: Words) -> bool:
    """周六上午10点打电话行吗, of the visit at that hour; asks while the time is not whole."""
    starts_at, _ = settled(turn, words, "time", "answer.ask_time")
    return starts_at in (visit.slots or [visit.starts_at])


def _doubted(turn: Turn, visit: Visit, words: Words) -> str:
    """周六要加班，能不能电话聊: whether the hour still suits is asked, for a telephone call is taken at once."""
    start = open_visit(visit, visit.offer_starts_at)
    if not busy_then(str(words.get("said") or ""), turn.local().replace(tzinfo=None), start):
        return ""
    facts = visit_facts(visit) | {"form": say(f"form.{form_in(words)}")}
    choices = [(say("label.same_hour"), "yes"), (say("label.other_time"), "no")]
    raise Missing("same_hour", say("answer.same_hour", **facts), choices)


@tapped("visit.form")
def tap_form(turn: Turn, tap: Tap) -> Say:
    visit, person = family_visit(turn, tap.subject_id, tap.round)
    return take_form(turn, visit, person, tap.value)


def take_form(turn: Turn, visit: Visit, person: Person, form: str, slot: datetime | None = None) -> Say:
    """Another form at the time on the table; of several it is asked at which."""
    if slot is None and len(visit.slots) > 1:
        taps = slot_taps(turn.tap, visit, "visit.form_at", "label.slot", form + " ")
        return Say(say("answer.which_slot_form", form=say(f"form.{form}")), taps)
    if visit.moving or form not in CHOSEN:
        return Say(say("answer.form_not_now", **visit_facts(visit)))
    visit.change_form(turn.session, Actor(GUARDIAN, person.id), form, turn.now, slot)
    if form == AT_HOME:
        may_be_asked_again(turn)
    if visit.state != CONFIRMED:
        telling.tell_teacher(turn.session, visit, "visit.form_asked", turn.now, by=person.id)
        return Say(say("answer.form_sent", **visit_facts(visit)))
    telling.tell_teacher(turn.session, visit, "visit.form_taken", turn.now, by=person.id)
    telling.tell_family(turn.session, visit, "visit.taken", turn.now, but=person.id)
    questionnaire(turn, visit, person)
    return who_is_home.asked(turn, visit, person, Say(confirmed_text(visit, person)))
