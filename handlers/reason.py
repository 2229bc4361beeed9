"""Why so short a notice, or an hour of lessons (B1, B3): asked below the draft, sealed, no condition (rulings 9)."""

from __future__ import annotations

from handlers.company import reason_wanted
from handlers.drafts import is_fresh
from handlers.registry import TEACHER, Words, command_for, tapped
from handlers.running import run
from handlers.texts import say
from handlers.turn import Say, Turn
from models.conversation import Tap
from models.visit_plan import Plan

USUAL = ("reason.safety", "reason.sudden", "reason.family")


def asked(turn: Turn, plan: Plan, said: Say) -> Say:
    """The draft with the usual reasons to tap, when the hour wants one and none was given."""
    if not plan.reason and reason_wanted(turn, plan):
        number = str(turn.memory["draft"]["number"])
        keys = [*USUAL, "reason.other"]
        said.taps += [turn.tap("draft.reason", say(key), value=number, round=i) for i, key in enumerate(keys)]
    return said


@tapped("draft.reason")
def tap_reason(turn: Turn, tap: Tap) -> Say:
    if not is_fresh(turn, tap):
        return Say(say("draft.stale"))
    again = turn.memory.pop("draft")["again"]
    words: Words = dict(again["words"])
    if tap.round < len(USUAL):
        return _run(turn, again["intent"], words | {"reason": tap.label})
    question = say("reason.ask")
    turn.memory["hole"] = {"intent": again["intent"], "words": words, "slot": "reason", "question": question}
    return Say(question)


def _run(turn: Turn, intent: str, words: Words) -> Say:
    function = command_for(TEACHER, intent)
    assert function is not None
    return run(turn, TEACHER, intent, words, function)
