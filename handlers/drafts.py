"""What was shown and not yet sent: it lives in the conversation, holds no hours, and is checked again on the tap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.registry import GUARDIAN, TEACHER, Missing, Words, command, tapped
from handlers.running import unfinished
from handlers.texts import say
from handlers.turn import Say, Turn
from models.conversation import Tap

Draft = dict[str, Any]
CarryOut = Callable[[Turn, Draft], Say]

_carriers: dict[str, CarryOut] = {}


def carries_out(deed: str) -> Callable[[CarryOut], CarryOut]:
    """Registers what a draft of this kind does once it is sent."""

    def register(function: CarryOut) -> CarryOut:
        if deed in _carriers:
            raise ValueError(f"two ways to carry out {deed}")
        _carriers[deed] = function
        return function

    return register


def show(turn: Turn, draft: Draft, text: str, *labels: str) -> Say:
    """Shows a draft with what can be done about it; an older one is gone.

    A draft holds `do`, what it needs, and `again`: the intent and words that made it, for 修改, which asks for
    a change, or for the slot that `again` names.
    """
    number = int(turn.memory.get("drafts", 0)) + 1
    turn.memory["drafts"] = number
    keys = labels or ("label.send_family", "label.edit", "label.drop")
    turn.memory["draft"] = draft | {"number": number, "labels": list(keys)}
    deeds = {"label.edit": "draft.edit", "label.drop": "draft.drop", "label.cancel_no": "draft.drop"}
    deeds["label.report_not"] = "draft.drop"
    return Say(text, [turn.tap(deeds.get(k, "draft.send"), say(k), value=str(number)) for k in keys])


def show_again(turn: Turn) -> Say:
    """What was said meanwhile made no sense: what is shown still stands, unsent, and is offered once more."""
    draft = turn.memory["draft"]
    return show(turn, draft, say("draft.not_understood", text=turn.said.text.strip()[:30]), *draft["labels"])


@command(TEACHER, "send")
@command(GUARDIAN, "send")
def send(turn: Turn, words: Words) -> Say:
    """发给家长"""
    draft = turn.memory.pop("draft", None)
    if draft is None:
        return Say(say("draft.nothing"))
    try:
        return _carriers[draft["do"]](turn, draft)
    except Missing as wanted:
        # What was free when it was shown has been taken: what is wanted now belongs to the command that showed it.
        if "again" not in draft:
            raise
        again, part = draft["again"], turn.memory.get("part", TEACHER)
        return unfinished(turn, part, again["intent"], again["words"], wanted)


@command(TEACHER, "discard")
@command(GUARDIAN, "discard")
def discard(turn: Turn, words: Words) -> Say:
    """算了"""
    return Say(say("draft.dropped" if turn.memory.pop("draft", None) else "draft.nothing"))


@command(TEACHER, "edit")
@command(GUARDIAN, "edit")
def edit(turn: Turn, words: Words) -> Say:
    """修改"""
    draft = turn.memory.pop("draft", None)
    if draft is None or "again" not in draft:
        return Say(say("draft.nothing"))
    hole = {"slot": "change", "question": say("draft.what_to_change")} | draft["again"]
    turn.memory["hole"] = hole
    return Say(hole["question"])


@tapped("draft.send")
def tap_send(turn: Turn, tap: Tap) -> Say:
    return send(turn, {}) if is_fresh(turn, tap) else Say(say("draft.stale"))


@tapped("draft.drop")
def tap_drop(turn: Turn, tap: Tap) -> Say:
    return discard(turn, {}) if is_fresh(turn, tap) else Say(say("draft.stale"))


@tapped("draft.edit")
def tap_edit(turn: Turn, tap: Tap) -> Say:
    return edit(turn, {}) if is_fresh(turn, tap) else Say(say("draft.stale"))


def is_fresh(turn: Turn, tap: Tap) -> bool:
    return str((turn.memory.get("draft") or {}).get("number")) == tap.value
