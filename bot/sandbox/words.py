"""Takes a message apart as a phone shows it: plain words, tappable items, links."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

_LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_TAP = "weixin://bizmsgmenu"


class Item(NamedTuple):
    """Something to tap: its number, the words that are seen, the words that are sent."""

    id: str
    label: str
    content: str


@dataclass(frozen=True)
class Piece:
    """A stretch of a message; it can be tapped if it has an item or an address."""

    text: str
    item: Item | None = None
    url: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "item": self.item, "url": self.url}

    @staticmethod
    def of(stored: dict[str, Any]) -> "Piece":
        item = stored["item"]
        return Piece(stored["text"], Item(*item) if item else None, stored["url"])


def read_text(words: str) -> tuple[Piece, ...]:
    """Split at the links that a chat understands; any other markup is shown as it stands."""
    pieces, done = [], 0
    for link in _LINK.finditer(words):
        pieces.append(Piece(words[done : link.start()]))
        pieces.append(_read_link(link.group(1), link.group(2)))
        done = link.end()
    pieces.append(Piece(words[done:]))
    return tuple(piece for piece in pieces if piece.text)


def _read_link(attributes: str, label: str) -> Piece:
    href = _HREF.search(attributes)
    address = html.unescape((href.group(1) or href.group(2) or "") if href else "")
    if not address.startswith(_TAP):
        return Piece(label, url=address)
    asked = parse_qs(urlsplit(address).query)
    content = asked.get("msgmenucontent", [label])[0]
    number = asked.get("msgmenuid", [""])[0]
    # The platform hands back digits only; with anything else the tap is mere text.
    return Piece(label, Item(number if number.isdecimal() else "", label, content))


def read_menu(head: str, items: Iterable[tuple[str, str]], tail: str) -> tuple[Piece, ...]:
    """A menu message: head, one line an item, tail."""
    pieces = list(read_text(head))
    for number, label in items:
        pieces.append(Piece("\n" if pieces else ""))
        pieces.append(Piece(label, Item(number if number.isdecimal() else "", label, label)))
    if tail:
        pieces += [Piece("\n"), *read_text(tail)]
    return tuple(piece for piece in pieces if piece.text)
