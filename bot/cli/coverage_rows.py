"""Coverage (家访进度) on the command line: one line a class in the roster's order, and the school (P1–P4, A7)."""

from __future__ import annotations

import json
from datetime import datetime

import click
from sqlalchemy.orm import Session

from bot.cli.columns import columns
from bot.cli.ledger_rows import class_id
from bot.cli.opened import opened
from handlers.texts import say
from models.base import reading
from models.coverage import Figures, Period, figures, standings
from models.school import School
from models.student import Student

HEAD = (
    "pupils", "visited", "planned", "refused", "unreachable", "at_home_lately", "contacted", "key_pupils", "key_done",
)  # fmt: skip


def coverage(session: Session, school: School, class_name: str | None, now: datetime) -> list[tuple[str, Figures]]:
    """Each class with its figures; of several the school comes last, under its own name."""
    which = [Student.class_id == class_id(session, school, class_name)] if class_name is not None else []
    found = standings(session, school, Period.of(school, now), *which)
    classes = dict.fromkeys(s.school_class for s in found)
    rows = [(name, figures(s for s in found if s.school_class == name)) for name in classes]
    return rows if class_name is not None else [*rows, (school.name, figures(found))]


def print_coverage(class_name: str | None, key: str | None, as_json: bool) -> None:
    """Prints the figures of this term."""
    place = opened(key)
    with reading(place.sessions) as session:
        school, now = place.known_school(session), place.clock.now()
        rows = coverage(session, school, class_name, now)
        term = Period.of(school, now).term.name
    if as_json:
        told = [{"class": name, "term": term} | vars(counted) for name, counted in rows]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    table = [[term, *(say(f"show.coverage_{name}") for name in HEAD)]]
    table += [[name, *(_cell(counted, column) for column in HEAD)] for name, counted in rows]
    click.echo("\n".join(columns(table)))


def _cell(counted: Figures, column: str) -> str:
    number = str(getattr(counted, column))
    if column in ("visited", "at_home_lately", "contacted"):
        return f"{number}/{counted.pupils}"
    return f"{number}/{counted.key_pupils}" if column == "key_done" else number
