"""Running a command: where a word is missing it asks for it and keeps the rest."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import unclear
from handlers.registry import Command, Missing, Nothing, Words
from handlers.turn import Say, Turn
from models.conversation import Tap


def run(turn: Turn, part: str, intent: str, words: Words, function: Command) -> Say:
    """What the command says; an unfinished one is only an understanding with holes."""
    try:
        return function(turn, words)
    except Nothing as nothing:
        return Say(nothing.text)
    except Missing as wanted:
        unclear.asked_back(turn, part, intent, words, wanted.slot)
        return unfinished(turn, part, intent, words, wanted)


def unfinished(turn: Turn, part: str, intent: str, words: Words, wanted: Missing) -> Say:
    """Asks for the word that is wanted; the answer runs the command again."""
    hole = {"intent": intent, "words": words, "slot": wanted.slot, "question": wanted.question}
    turn.memory["hole"] = hole | {"choices": wanted.choices}
    turn.memory["part"] = part
    return Say(wanted.question, choice_taps(turn, wanted.choices))


def choice_taps(turn: Turn, choices: Sequence[Sequence[str]]) -> list[Tap]:
    """The choices of a question; a tap on one gives the unfinished command its word."""
    return [turn.tap("slot.fill", label, value=value) for label, value in choices]
