"""What a message was understood as: an intent, its slots, and what is still to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.understanding.moment import Moment
from handlers.understanding.roster import Known


def _plain(value: Any) -> Any:
    if isinstance(value, Moment):
        return value.as_json()
    if isinstance(value, Known):
        return value.name
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value


@dataclass(frozen=True, slots=True)
class Reading:
    """`ask` lists the slots that are missing or doubtful, in the order to ask about them."""

    intent: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    ask: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def as_json(self, role: str = "teacher") -> dict[str, Any]:
        """Teachers' readings keep their slots apart; guardians' stand beside the act."""
        slots = _plain(self.slots)
        out: dict[str, Any] = (
            {"act": self.intent, **slots} if role == "guardian" else {"intent": self.intent, "slots": slots}
        )
        if self.ask:
            out["ask"] = list(self.ask)
        if self.also:
            out["also"] = list(self.also)
        return out
