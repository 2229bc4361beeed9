"""The tap that gives an unfinished command the word it lacked."""

from __future__ import annotations

from handlers.registry import TEACHER, command_for, tapped
from handlers.running import run
from handlers.slots import put
from handlers.texts import say
from handlers.turn import Say, Turn
from models.conversation import Tap


@tapped("slot.fill")
def tap_fill(turn: Turn, tap: Tap) -> Say:
    hole = turn.memory.pop("hole", None)
    if hole is None or tap.id not in (turn.memory.get("list") or []):
        return Say(say("unclear.stale_tap"))
    part = turn.memory.get("part", TEACHER)
    function = command_for(part, hole["intent"])
    assert function is not None
    put(hole["words"], hole["slot"], tap.value)
    return run(turn, part, hole["intent"], hole["words"], function)
