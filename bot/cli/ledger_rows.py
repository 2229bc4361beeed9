"""The ledger (台账) of a class or a school: one line a visited child, nothing sealed in it (P11)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.cli.columns import columns
from bot.cli.opened import opened
from bot.sheet import write_sheet
from handlers import when
from handlers.class_name import class_name as spelled
from handlers.texts import say
from models.base import reading
from models.hour import local
from models.person import Person
from models.record import Record
from models.school import School, SchoolClass
from models.student import Student
from models.visit import Visit

HEAD = ("class", "student", "teacher", "form", "time", "state", "record")


@dataclass(frozen=True)
class Line:
    """One child of one visit in the ledger."""

    school_class: str
    student: str
    teacher: str
    form: str
    starts_at: datetime
    state: str
    record: bool  #: a record was submitted

    def cells(self, school: School) -> list[str]:
        """The line as the office reads it."""
        time = when.spoken(self.starts_at, school.zone)
        form, state = say(f"form.{self.form}"), say(f"state.{self.state}")
        return [self.school_class, self.student, self.teacher, form, time, state, say(f"show.{_yes(self.record)}")]

    def as_json(self, school: School) -> dict[str, object]:
        """The line for a program."""
        starts_at = local(self.starts_at, school.zone).isoformat(timespec="seconds")
        told = {name: value for name, value in vars(self).items() if name != "school_class"}
        return {"class": self.school_class} | told | {"starts_at": starts_at}


def _yes(it_is: bool) -> str:
    return "yes" if it_is else "no"


def ledger(session: Session, school: School, class_name: str | None) -> list[Line]:
    """The visits of a class, or of all, by class and hour."""
    visited = Visit.children()
    submitted = sa.exists().where(
        Record.visit_id == Visit.id, Record.student_id == visited.c.student_id, Record.submitted
    )
    what = (SchoolClass.name, Student.name, Person.name, Visit.form, Visit.starts_at, Visit.state, submitted)
    query = (
        sa.select(*what)
        .select_from(Visit)
        .join(visited, visited.c.visit_id == Visit.id)
        .join(Student, Student.id == visited.c.student_id)
        .join(SchoolClass, SchoolClass.id == Student.class_id)
        .join(Person, Person.id == Visit.teacher_id)
        .where(Visit.school_id == school.id)
        .order_by(SchoolClass.id, Visit.starts_at, Visit.id, Student.id)
    )
    if class_name is not None:
        query = query.where(SchoolClass.id == class_id(session, school, class_name))
    return [Line(*row) for row in session.execute(query)]


def class_id(session: Session, school: School, written: str) -> int:
    """The class that is meant, however it is written; the error lists those that there are."""
    found = spelled(written)
    name = found.name if found else written
    classes = sa.select(SchoolClass.name, SchoolClass.id).where(SchoolClass.school_id == school.id)
    known: dict[str, int] = {row.name: row.id for row in session.execute(classes.order_by(SchoolClass.id))}
    if name not in known:
        raise click.ClickException(f"--class {written}: one of {', '.join(known)}")
    return known[name]


def print_ledger(class_name: str | None, key: str | None, as_json: bool, file: Path | None) -> None:
    """Prints the ledger, or writes it into the workbook `file`."""
    place = opened(key)
    with reading(place.sessions) as session:
        school = place.known_school(session)
        lines = ledger(session, school, class_name)
        table = [[say(f"show.ledger_{name}") for name in HEAD], *(line.cells(school) for line in lines)]
        told = [line.as_json(school) for line in lines]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif file is not None:
        write_sheet(file, say("show.ledger_title"), table)
    else:
        click.echo("\n".join(columns(table)))
