"""How the school says no."""

from __future__ import annotations


class Refused(Exception):
    """A rule of the school forbids it: `code` names the sentence (`refused.<code>`), `facts` fill it."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
