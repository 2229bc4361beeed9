"""Which function answers which intent or tap: registered beside the function, found through one explicit list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.turn import Say, Turn
from models.conversation import Tap

Words = dict[str, Any]  #: slots of a command; students and visits as row ids, times as ISO strings in UTC
Command = Callable[[Turn, Words], Say]
Tapped = Callable[[Turn, Tap], Say]

TEACHER, GUARDIAN = "teacher", "guardian"

_commands: dict[tuple[str, str], Command] = {}
_taps: dict[str, Tapped] = {}


class Missing(Exception):
    """A word is wanted: the router asks, keeps what was understood, and runs the command again with the answer."""

    def __init__(self, slot: str, question: str, choices: list[tuple[str, str]] | None = None) -> None:
        super().__init__(slot)
        self.slot, self.question = slot, question
        self.choices = choices or []  #: label, value


class Nothing(Exception):
    """There is nothing of the kind that was meant; the text says so."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def command(part: str, *intents: str) -> Callable[[Command], Command]:
    """Registers a function for these intents of teachers or of guardians."""

    def register(function: Command) -> Command:
        for intent in intents:
            if (part, intent) in _commands:
                raise ValueError(f"two handlers for {intent} of {part}")
            _commands[part, intent] = function
        return function

    return register


def tapped(*deeds: str) -> Callable[[Tapped], Tapped]:
    """Registers a function for these deeds of taps."""

    def register(function: Tapped) -> Tapped:
        for deed in deeds:
            if deed in _taps:
                raise ValueError(f"two handlers for the tap {deed}")
            _taps[deed] = function
        return function

    return register


def command_for(part: str, intent: str) -> Command | None:
    """The function for an intent, if there is one."""
    return _commands.get((part, intent))


def elsewhere(turn: Turn, part: str, intent: str, words: Words) -> Say:
    """Carries out another command with the same words, without knowing where it lives."""
    return _commands[part, intent](turn, words)


def tapped_for(deed: str) -> Tapped | None:
    """The function for a tap."""
    return _taps.get(deed)


def intents(part: str) -> list[str]:
    """What teachers or guardians can ask for, in the list's order."""
    return [intent for whose, intent in _commands if whose == part]


def example(part: str, intent: str) -> str:
    """What one may type for an intent: the first line of its function's docstring."""
    return (_commands[part, intent].__doc__ or "").strip().splitlines()[0]


def examples(part: str) -> list[str]:
    """What a teacher or guardian may type: the first lines of the functions' docstrings, in the list's order."""
    found: list[str] = []
    for (whose, _), function in _commands.items():
        line = (function.__doc__ or "").strip().splitlines()[0]
        if whose == part and line not in found:
            found.append(line)
    return found
