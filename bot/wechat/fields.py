"""Fits a fact into a template's field: every kind of field has its own limits."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Field kind -> characters; what is longer is cut, since the platform refuses the whole message for it.
LENGTHS = {
    "thing": 20,
    "short_thing": 5,
    "const": 20,
    "number": 32,
    "letter": 32,
    "symbol": 5,
    "character_string": 32,
    "phone_number": 17,
    "car_number": 8,
    "phrase": 5,
    "amount": 13,
    "name": 20,
}
_WIDE_NAME = 10  #: with a single Chinese character a name has half the room
_UNCUT = ("time", "date")
_EMPTY = "-"  #: an empty value is refused, too
_KIND = re.compile(r"[a-z_]+")
#: Taken away by the platform without a word; what is left may then be empty.
_LOST = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3]")
_BREAKS = re.compile(r"[\x00-\x20\x7f\u2028\u2029]+")
_NOT = {
    "phrase": re.compile("[^\u4e00-\u9fff]"),
    "character_string": re.compile(r"[^\x21-\x7e]"),
    "number": re.compile(r"[^\d.]"),
    "letter": re.compile(r"[^A-Za-z]"),
}


def fill(fields: Mapping[str, str], facts: Mapping[str, str]) -> dict[str, str]:
    """The template's fields with the facts that the configuration put there; a fact nobody knows is a dash."""
    return {field: fit(field, facts.get(fact, "")) for field, fact in fields.items()}


def fit(field: str, value: str) -> str:
    """The value as that field takes it; `field` is its kind and a number, as in thing1."""
    found = _KIND.match(field)
    kind = found.group(0) if found else field
    clean = _BREAKS.sub(" ", _LOST.sub("", value)).strip()
    if kind in _NOT:
        clean = _NOT[kind].sub("", clean)
    if not clean or kind in _UNCUT:
        return clean or _EMPTY
    limit = _WIDE_NAME if kind == "name" and not clean.isascii() else LENGTHS.get(kind, 20)
    if len(clean) <= limit:
        return clean
    return clean[:limit] if kind in _NOT else clean[: limit - 1] + "\u2026"
