"""A school's calendar as its office edits it: one TOML file of terms, days off, make-up workdays and exam weeks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.tables import ConfigError, fill
from models.calendar import Calendar, Span
from models.term import Term

#: A span longer than this is a slip of the pen, most likely in the year.
LONGEST = timedelta(days=300)
_TABLES = ("term", "holiday", "exams")


@dataclass(frozen=True)
class _Entry:
    """One table of the file; what is left out is an error, not a default."""

    name: str = ""
    first: date = date.min
    last: date = date.min


def read_calendar(path: Path, where: str) -> Calendar:
    """The calendar in that file; raises `ConfigError` with one line. `where` names the key that named the file."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        return _calendar(tree)
    except OSError as error:
        raise ConfigError(f"{where}: cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ConfigError) as error:
        raise ConfigError(f"{where}: {path.name}: {error}") from None


def _calendar(tree: Mapping[str, Any]) -> Calendar:
    unknown = [key for key in tree if key not in (*_TABLES, "workdays")]
    if unknown:
        raise ConfigError(f"{unknown[0]}: unknown key (known: {', '.join((*_TABLES, 'workdays'))})")
    terms, holidays, exams = (tuple(_spans(tree, name)) for name in _TABLES)
    _apart("term", terms)
    _apart("exams", exams)
    found = Calendar(
        terms=tuple(Term(s.name, s.first, s.last, s.last) for s in terms),
        holidays=holidays,
        workdays=tuple(_workdays(tree.get("workdays", []))),
        exams=exams,
    )
    for day in found.workdays:
        if any(day in span for span in holidays):
            raise ConfigError(f"workdays: {day} is a holiday, too")
    return found


def _spans(tree: Mapping[str, Any], name: str) -> Iterator[Span]:
    """The tables of one name, in order of their days."""
    tables = tree.get(name, [])
    if not isinstance(tables, list):
        raise ConfigError(f"{name}: must be written [[{name}]]")
    entries = (_span(table, f"[[{name}]] {n}") for n, table in enumerate(tables, 1))
    yield from sorted(entries, key=lambda span: span.first)


def _span(table: object, where: str) -> Span:
    entry = fill(_Entry, table, where, Path())
    missing = [key for key, value in vars(entry).items() if value in ("", date.min)]
    if missing:
        raise ConfigError(f"{where} {missing[0]}: is missing")
    if entry.first > entry.last:
        raise ConfigError(f"{where}: ends ({entry.last}) before it begins ({entry.first})")
    if entry.last - entry.first > LONGEST:
        raise ConfigError(f"{where}: {entry.first} to {entry.last} is longer than a school year: is the year right?")
    return Span(entry.name, entry.first, entry.last)


def _apart(name: str, spans: tuple[Span, ...]) -> None:
    for one, other in pairwise(spans):
        if other.first <= one.last:
            raise ConfigError(f"[[{name}]]: {one.name} ({one.last}) and {other.name} ({other.first}) overlap")


def _workdays(days: object) -> Iterator[date]:
    for day in days if isinstance(days, list) else ():
        if type(day) is not date:
            raise ConfigError(f"workdays: must be days such as 2026-10-10, not {day!r}")
        yield day
    if not isinstance(days, list):
        raise ConfigError("workdays: must be a list of days")
