"""A family chooses one of several times that were put to it (B3, rulings 7)."""

from __future__ import annotations

from handlers.another_form import take_form
from handlers.answering import asked_visits, confirm_at, offer_taps
from handlers.booking import visit_facts
from handlers.moving import family_visit
from handlers.offered import numbered, slot_of
from handlers.reach import asked_last, owing_guardian
from handlers.registry import GUARDIAN, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models.conversation import Tap
from models.visit import Visit


@command(GUARDIAN, "choice")
def choose(turn: Turn, words: Words) -> Say:
    """周日那个"""
    visit = _put_last(turn)
    if visit is None:
        return Say(say("answer.nothing_asked"))
    visit, person = family_visit(turn, visit.id, visit.steps)
    at = dict(zip(numbered(visit), visit.slots, strict=True)).get(str(words.get("value")))
    if at is None:
        return Say(say("answer.which_slot", **visit_facts(visit)), offer_taps(turn, visit))
    return confirm_at(turn, visit, person, at)


def _put_last(turn: Turn) -> Visit | None:
    """The offer that the words were read against: the newest, or the one whose choices were seen last."""
    first = asked_last(turn, owing_guardian(turn)).first
    several = [v for v in asked_visits(turn) if len(v.slots) > 1]
    return first if isinstance(first, Visit) and first in several else next(iter(several), None)


@tapped("visit.form_at")
def tap_form_at(turn: Turn, tap: Tap) -> Say:
    """Another form, at the time that was tapped."""
    visit, person = family_visit(turn, tap.subject_id, tap.round)
    form, _, slot = tap.value.partition(" ")
    return take_form(turn, visit, person, form, slot_of(visit, slot))
