"""What went over the wire in both directions, for a person to read; secrets are masked."""

import re
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from bot.sandbox.changes import Changes

KEPT = 3000
_CUT = 8000
#: Values that must not stand in a log, in JSON and in addresses.
_SECRET = re.compile(r'("?(?:access_token|secret|session_key|appsecret|js_code)"?\s*[=:]\s*"?)([^"&\s,}]{4})[^"&\s,}]*')


@dataclass(frozen=True)
class Entry:
    """A push to the bot or a call from it. `at` is the school's time, `ms` real."""

    kind: Literal["push", "call"]
    at: datetime
    account: str
    who: str
    what: str
    sent: str
    answered: str
    outcome: str
    good: bool
    ms: int
    id: int = 0
    version: int = 0

    def as_json(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if k != "version"} | {"at": self.at.isoformat()}


class Log:
    """The newest few thousand entries. The caller holds the platform's lock."""

    def __init__(self, changes: Changes) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._changes = changes
        self._count = 0

    def add(self, entry: Entry) -> None:
        self._count += 1
        sent, answered = mask(entry.sent), mask(entry.answered)
        self._entries.append(replace(entry, sent=sent, answered=answered, id=self._count, version=self._changes.bump()))

    def since(self, version: int) -> list[Entry]:
        """The entries that came after that version, oldest first."""
        new: list[Entry] = []
        for entry in reversed(self._entries):
            if entry.version <= version:
                break
            new.append(entry)
        return new[::-1]

    def all(self) -> list[Entry]:
        return list(self._entries)


def mask(words: str) -> str:
    """The words without tokens and secrets, cut where they grow too long."""
    masked = _SECRET.sub(r"\1\2…", words)
    return masked if len(masked) <= _CUT else masked[:_CUT] + f"… ({len(masked)})"
