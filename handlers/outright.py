"""Things that are never an answer to what was asked last, and are looked for before it."""

from __future__ import annotations

from handlers.sos import all_is_well
from handlers.turn import Say, Turn


def said_by_staff(turn: Turn, text: str) -> Say | None:
    """A teacher's all-clear."""
    return None if "hole" in turn.memory else all_is_well(turn, text)
