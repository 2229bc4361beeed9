"""What can be tapped, written below the words: as links in the same text or as numbers (rulings 24)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import quote

#: Longer texts are refused by the platform with a fault notice; in bytes, links' markup included.
TEXT_BYTES = 2048
_UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
#: Words that a person wrote must never become a link on another's phone.
_LINK = re.compile(r"<(?=\s*/?\s*a\b)", re.IGNORECASE)


class Tappable(Protocol):
    """A choice: the id of our own table and the words on it."""

    @property
    def id(self) -> int: ...
    @property
    def label(self) -> str: ...


def write(text: str, choices: Sequence[Tappable], menus: str) -> str:
    """The whole text with numbered choices; the links give way where they would make it too long."""
    words = clean(text)
    plain = [f"{number}. {clean(c.label)}" for number, c in enumerate(choices, 1)]
    if menus == "links":
        linked = "\n".join([words, *(_link(c, line) for c, line in zip(choices, plain, strict=True))])
        if len(linked.encode()) <= TEXT_BYTES:
            return linked
    room = TEXT_BYTES - len("\n".join(["", *plain]).encode())
    return "\n".join([_cut(words, room), *plain])


def clean(words: str) -> str:
    """The words without what XML, JSON or a chat cannot carry."""
    return _LINK.sub("\uff1c", _UNSENDABLE.sub("", words))


def _link(choice: Tappable, line: str) -> str:
    content = quote(clean(choice.label), safe="")
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid={choice.id}">{line}</a>'


def _cut(words: str, room: int) -> str:
    """As much of the words as there is room for; what can be tapped below them stays."""
    if len(words.encode()) <= room:
        return words
    return words.encode()[: max(0, room - 3)].decode(errors="ignore") + "\u2026"
