"""`jiafang show notification`: what the outbox owes or owed to a person, or to a student's family."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.cli.columns import columns
from bot.cli.opened import opened
from bot.cli.whom import people_meant
from handlers import when
from handlers.texts import say
from models.base import reading
from models.hour import local
from models.notification import Notification
from models.person import Person
from models.school import School

HEAD = ("due_at", "person", "kind", "state", "channel", "reason")


def show_notification(name: str, class_name: str | None, key: str | None, as_json: bool) -> None:
    """Prints the rows from the oldest on."""
    place = opened(key)
    with reading(place.sessions) as session:
        school = place.known_school(session)
        people = people_meant(session, school, name, class_name)
        rows = owed_to(session, people)
        if as_json:
            click.echo(json.dumps([shown(row, person, school) for row, person in rows], ensure_ascii=False, indent=2))
            return
        for line in columns(_in_words(rows, school)):
            click.echo(line)


def owed_to(session: Session, people: Sequence[Person]) -> list[tuple[Notification, Person]]:
    """The outbox rows of these people, each with whom it is for."""
    known = {person.id: person for person in people}
    query = sa.select(Notification).where(Notification.person_id.in_(known)).order_by(Notification.id)
    return [(row, known[row.person_id]) for row in session.scalars(query)]


def shown(row: Notification, person: Person, school: School) -> dict[str, Any]:
    """One row; it holds ids and codes, no family's words."""
    times = {name: getattr(row, name) for name in ("due_at", "expires_at", "tried_at", "done_at")}
    return {
        "id": row.id,
        "person": person.name,
        "kind": row.kind,
        "subject_id": row.subject_id,
        "round": row.round,
        "slot": row.slot,
        "state": row.state,
        "channel": row.channel,
        "reason": row.reason,
        "attempts": row.attempts,
        **{name: local(t, school.zone).isoformat(timespec="seconds") if t else None for name, t in times.items()},
    }


def _in_words(rows: Sequence[tuple[Notification, Person]], school: School) -> Iterator[list[str]]:
    yield [say(f"show.message_{name}") for name in HEAD]
    for row, person in rows:
        state = say(f"show.message_{row.state}")
        due = when.spoken(row.due_at, school.zone)
        yield [due, person.name, row.kind, state, row.channel or "-", row.reason or "-"]
