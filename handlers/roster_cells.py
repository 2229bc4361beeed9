"""The cells of a roster as the office filled them in: names, telephones, dates, and what is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from models.roster import Fault, Place

_HAN_BLANK = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")
_DOTS = re.compile(r"[•・‧∙●．]")
_DATE = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")
_ROUNDED = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_MOBILE, _LANDLINE = re.compile(r"1\d{10}"), re.compile(r"0\d{9,11}")
LISTED = re.compile(r"[、,，;；/|\s]+")


@dataclass(frozen=True)
class Sheet:
    """One sheet as read: its name and its rows with their numbers; every cell is text."""

    name: str
    rows: list[tuple[int, list[str]]]


@dataclass
class Row:
    """One row by fields; faults gather while it is read."""

    place: Place
    cells: dict[str, str]
    faults: list[Fault] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def has(self, name: str) -> bool:
        """Whether the sheet has that column at all."""
        return name in self.cells

    def listed(self, name: str) -> list[str]:
        """The entries of a cell that holds several."""
        return [entry for entry in LISTED.split(self[name]) if entry]

    def error(self, code: str, value: str = "") -> None:
        """The row is left out."""
        self.faults.append(Fault(self.place, code, value))

    def remark(self, code: str, value: str = "") -> None:
        """The row is taken, and the office is told."""
        self.faults.append(Fault(self.place, code, value, error=False))

    @property
    def broken(self) -> bool:
        return any(f.error for f in self.faults)


def person_name(text: str) -> str:
    """A name without the blanks that make two characters as wide as three; one kind of dot."""
    plain = unicodedata.normalize("NFKC", _DOTS.sub("·", text))
    return _HAN_BLANK.sub("", " ".join(plain.split()))


def number(text: str) -> str:
    """A student's or teacher's number."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lstrip("'")


def rounded(text: str) -> bool:
    """Whether a spreadsheet has turned a long number into an approximate one."""
    return bool(_ROUNDED.fullmatch(text))


def telephone(row: Row, name: str) -> str | None:
    """A mobile or fixed number in digits; one that is neither is remarked and left out."""
    text = unicodedata.normalize("NFKC", row[name]).strip()
    digits = re.sub(r"[^\d+]", "", text).removeprefix("+").removeprefix("0086")
    digits = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    if not text:
        return None
    if rounded(text):
        row.remark("phone_rounded", text)
    elif _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return digits
    else:
        row.remark("phone_unclear", text)
    return None


def day(row: Row, name: str) -> date | None:
    """A date: 2017-09-01, 2017/9/1, 2017年9月1日, 20170901."""
    text = row[name].strip()
    match = _DATE.match(text)
    try:
        if match:
            return date(*(int(part) for part in match.groups()))
    except ValueError:
        pass
    if text:
        row.remark("birthday_unclear", text)
    return None
