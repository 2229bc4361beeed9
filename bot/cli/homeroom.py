"""A class gets another homeroom teacher, as the office's administrator says it."""

from __future__ import annotations

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.cli.opened import opened
from handlers.class_name import class_name as spelled
from handlers.roster_words import say
from models.base import writing
from models.errors import Refused
from models.homeroom import arranged, hand_over
from models.person import Person
from models.school import School, SchoolClass


def change_homeroom(class_name: str, teacher: str, dry_run: bool, key: str | None) -> None:
    """Says what changes; carries it out unless it is a dry run."""
    place = opened(key)
    with writing(place.sessions) as session:
        school = place.known_school(session)
        room, person = _class(session, school, class_name), _teacher(session, school, teacher)
        try:
            before = hand_over(session, school, room, person, place.clock.now())
        except Refused as no:
            raise click.ClickException(say("homeroom", no.code, **no.facts)) from None
        names = "、".join(p.name for p in before) or say("homeroom", "nobody")
        click.echo(say("homeroom", "shown", class_name=room.name, before=names, after=person.name))
        for former in before:
            click.echo(say("homeroom", "reach", name=former.name))
        count = arranged(session, room, before)
        if count:
            click.echo(say("homeroom", "visits", count=count))
        if dry_run:
            session.rollback()
    click.echo(say("homeroom", "planned" if dry_run else "done"))


def _class(session: Session, school: School, written: str) -> SchoolClass:
    found = spelled(written)
    query = sa.select(SchoolClass).where(SchoolClass.school_id == school.id, SchoolClass.closed_at.is_(None))
    room = session.scalars(query.where(SchoolClass.name == (found.name if found else written))).one_or_none()
    if room is None:
        raise click.ClickException(say("codes", "no_class", class_name=written))
    return room


def _teacher(session: Session, school: School, written: str) -> Person:
    """By number, else by a name that only one bears."""
    query = sa.select(Person).where(Person.school_id == school.id, Person.left_at.is_(None), Person.roles.any())
    found = list(session.scalars(query.where(Person.number == written)))
    found = found or list(session.scalars(query.where(Person.name == written).order_by(Person.id)))
    if not found:
        raise click.ClickException(say("homeroom", "no_teacher", name=written))
    if len(found) > 1:
        numbers = "、".join(p.number or "-" for p in found)
        raise click.ClickException(say("homeroom", "same_name", name=written, numbers=numbers))
    return found[0]
