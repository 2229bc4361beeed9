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
from handlers.time_slot import known_day
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
    slot = _slot_said(turn, visit, words) if words.get("time") else None
    if words.get("time") and slot is None:
        return counter(turn, words | {"visit": visit.id})
    if visit.asked != GUARDIAN:
        return wish_shown(turn, visit, words, visit.starts_at, inferred=False)
    answer = words.get("same_hour") or _doubted(turn, visit, words)
    if answer == "no":
        return counter(turn, words | {"visit": visit.id, "time": None})
    return take_form(turn, visit, person, form, slot if len(visit.slots) > 1 else None)


def _slot_said(turn: Turn, visit: Visit, words: Words) -> datetime | None:
    """周日那个，能视频吗: the time on the table that was named, by its day alone or whole."""
    slots, time = visit.slots or [visit.starts_at], words["time"]
    whole = "T" in (time.get("start") or "")[1:]
    day = None if whole else known_day(time)
    if day is not None:
        found = [slot for slot in slots if turn.local(slot).date().isoformat() == day]
        return found[0] if len(found) == 1 else None
    starts_at, _ = settled(turn, words, "time", "answer.ask_time")
    return starts_at if starts_at in slots else None


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
