"""Reads the XML of a push more strictly than the platform's own samples need, so that nothing else gets further."""

from __future__ import annotations

import re
from xml.parsers import expat

from bot.wechat.malformed import Malformed

DEEPEST = 8
_HEAD = re.compile(r"\A<\?xml [^<>&]*\?>")
_CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)


class _Reader:
    """Collects what stands directly under the root; None for an element that has elements of its own."""

    def __init__(self) -> None:
        self.found: dict[str, str | None] = {}
        self._path: list[str] = []
        self._words: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes:
            raise Malformed(400, "an element has attributes")
        self._path.append(name)
        depth = len(self._path)
        if depth == 1 and name != "xml":
            raise Malformed(400, "the root is not <xml>")
        if depth > DEEPEST:
            raise Malformed(400, "nested too deep")
        if depth == 2:
            if name in self.found:
                raise Malformed(400, "an element stands twice")
            self.found[name] = ""
            self._words = []
        elif depth > 2:
            self.found[self._path[1]] = None

    def words(self, text: str) -> None:
        if len(self._path) == 2:
            self._words.append(text)

    def end(self, name: str) -> None:
        if len(self._path) == 2 and self.found[name] is not None:
            self.found[name] = "".join(self._words)
        self._path.pop()


def read(body: bytes) -> tuple[str, dict[str, str | None]]:
    """The text of the XML and its first level; `Malformed(400)` for anything that is not plain, well-formed XML."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(400, "not UTF-8") from None
    bare = _CDATA.sub("", _HEAD.sub("", text))
    # Text stands in CDATA and numbers are bare: entities and declarations are never needed.
    if "<!" in bare or "&" in bare or "<?" in bare:
        raise Malformed(400, "a declaration or an entity")
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.CharacterDataHandler = reader.words
    try:
        parser.Parse(text, True)
    except expat.ExpatError:
        raise Malformed(400, "not well-formed XML") from None
    return text, reader.found


def _refuse_doctype(*_: object) -> None:
    raise Malformed(400, "a document type")


def required(found: dict[str, str | None], name: str, pattern: str) -> str:
    """The element's text, which must match as a whole."""
    value = found.get(name)
    if value is None or not re.fullmatch(pattern, value):
        raise Malformed(400, f"{name} is missing or not as it must be")
    return value
