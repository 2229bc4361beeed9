"""The school's own list of visits already held, understood: sheets of cells in, plain lines out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from handlers import roster_cells as cells
from handlers import roster_words as words
from handlers.class_name import class_name
from handlers.roster_cells import LISTED, Row, Sheet
from models.errors import Refused
from models.held_before import HeldLine
from models.roster import Fault, Place

#: A header may stand below a title, not deeper.
_TITLE_ROWS = 10
_NEEDED = ("name", "day", "teacher")
_RECORD = ("talk", "problems", "opinions", "measures", "effect")
_NOON = time(12)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?|(\d{4})(\d{2})(\d{2})(?!\d)")
_HOUR = re.compile(r"(?P<part>[上下中]午|晚上?|早上?)?\s*(?P<hour>\d{1,2})\s*[:点时]\s*(?P<minute>\d{1,2}|半)?")
_LATER = ("下", "晚")


def understand(sheets: Iterable[Sheet], zone: ZoneInfo) -> tuple[list[HeldLine], list[Fault], int]:
    """The lines, what is wrong with the others, and how many name no hour.

    Raises `Refused`: `visits_empty` when no sheet is such a list, `visits_columns` when one lacks what is needed.
    """
    lines: list[HeldLine] = []
    faults: list[Fault] = []
    found, hourless = False, 0
    for sheet in sheets:
        header = _header(sheet)
        if header is None:
            continue
        found = True
        at, columns = header
        for number, texts in sheet.rows[at + 1 :]:
            if any(texts):
                row = Row(Place(sheet.name, number), _picked(texts, columns))
                line, has_hour = _line(row, zone)
                lines += [line] if line else []
                hourless += line is not None and not has_hour
                faults.extend(row.faults)
    if not found:
        raise Refused("visits_empty")
    return lines, faults, hourless


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    table = words.columns("visit")
    for at, (_, texts) in enumerate(sheet.rows[:_TITLE_ROWS]):
        columns: dict[str, int] = {}
        # 家访日期 and 家访时间 side by side are the day and the hour; 家访时间 alone is both.
        for column, text in sorted(enumerate(texts), key=lambda cell: "日期" not in cell[1]):
            name = table.get(words.header(text)[0])
            if name == "day" and "day" in columns:
                name = "time"
            if name:
                columns.setdefault(name, column)
        if len(columns) >= 3 and {"day", "number", "name"} & columns.keys():
            return at, _complete(sheet, columns)
    return None


def _complete(sheet: Sheet, columns: dict[str, int]) -> dict[str, int]:
    instead = {"name": "number", "teacher": "teacher_number"}
    missing = [name for name in _NEEDED if name not in columns and instead.get(name) not in columns]
    if missing:
        names = "、".join(words.words()["columns"]["visit"][name][0] for name in missing)
        raise Refused("visits_columns", sheet=sheet.name, columns=names)
    return columns


def _line(row: Row, zone: ZoneInfo) -> tuple[HeldLine | None, bool]:
    number, name = cells.number(row["number"]), cells.person_name(row["name"])
    day, form = _day(row["day"]), _form(row["form"])
    hour = _hour(row["time"]) or _hour(_DAY.sub("", row["day"]))
    teachers = tuple(_teachers(row))
    known = class_name(row["class_name"], row["grade"]) if row["class_name"] else None
    wrong = (
        (not number and not name, "no_name", ""),
        (cells.rounded(number), "number_rounded", number),
        (bool(row["class_name"]) and known is None, "class_unclear", row["class_name"]),
        (day is None, "day_unclear", row["day"]),
        (form is None, "form_unclear", row["form"]),
        (not teachers, "teacher_unknown", ""),
    )
    for broken, code, value in wrong:
        if broken:
            row.error(code, value)
            return None, False
    assert day is not None
    assert form is not None
    fields = tuple((key, row[key]) for key in _RECORD if row[key])
    starts_at = datetime.combine(day, hour or _NOON, zone)
    named = known.name if known else ""
    return HeldLine(row.place, number, name, named, starts_at, form, teachers, row["purpose"], fields), hour is not None


def _teachers(row: Row) -> Iterable[str]:
    if row["teacher_number"]:
        return (cells.number(row["teacher_number"]),)
    plain = [cells.person_name(part).removesuffix("老师") for part in LISTED.split(row["teacher"])]
    return dict.fromkeys(part for part in plain if part)


def _day(text: str) -> date | None:
    match = _DAY.search(unicodedata.normalize("NFKC", text))
    try:
        return date(*(int(part) for part in match.groups() if part)) if match else None
    except ValueError:
        return None


def _hour(text: str) -> time | None:
    match = _HOUR.search(unicodedata.normalize("NFKC", text))
    if not match:
        return None
    hour, said = int(match["hour"]), match["minute"] or "0"
    later = (match["part"] or "").startswith(_LATER) and hour < 12
    try:
        return time(hour + 12 * later, 30 if said == "半" else int(said))
    except ValueError:
        return None


def _form(text: str) -> str | None:
    """At home where nothing is said: that is what 家访 means."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return _forms().get(plain) if plain else "at_home"


@cache
def _forms() -> dict[str, str]:
    return {written: form for form, spellings in words.words()["forms"].items() for written in spellings}


def _picked(texts: list[str], columns: dict[str, int]) -> dict[str, str]:
    return {name: texts[column].strip() if column < len(texts) else "" for name, column in columns.items()}
