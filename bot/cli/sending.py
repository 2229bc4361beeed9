"""The switch for everything that is sent, on the command line."""

from __future__ import annotations

from datetime import timedelta

import click
import sqlalchemy as sa

from bot.cli.opened import opened
from models import restored
from models import sending as switch
from models.base import reading, writing
from models.hour import local
from models.notification import UNKNOWN, Notification
from models.person import Person

_LATELY = timedelta(days=14)

_SCHOOL = click.option("--school", "key", metavar="KEY", help="Which school; needed where there are several.")


@click.group()
def sending() -> None:
    """Stop everything that is sent, let it go on, or say how it is."""


@sending.command("stop")
@_SCHOOL
def stop(key: str | None) -> None:
    """Send nothing more, but for safety; what is owed waits."""
    place = opened(key)
    with writing(place.sessions) as session:
        fresh = switch.stop(session, place.known_school(session), place.clock.now())
    click.echo("sending is stopped; what is owed waits, safety still goes" if fresh else "sending was stopped already")


@sending.command("start")
@_SCHOOL
def start(key: str | None) -> None:
    """Send again: what waited goes at polite hours, what has become stale is dropped."""
    place = opened(key)
    with writing(place.sessions) as session:
        going, dropped = switch.start(session, place.known_school(session), place.clock.now())
    click.echo(f"sending is on; {going} messages that waited go out, {dropped} stale ones are dropped")


@sending.command("release")
@_SCHOOL
def release(key: str | None) -> None:
    """Send what a restore has held back, where it is still true and not too late."""
    place = opened(key)
    with writing(place.sessions) as session:
        count = restored.release(session, place.known_school(session), place.clock.now())
    click.echo(f"{count} messages that were held back wait to be sent")


@sending.command("unknown")
@_SCHOOL
def unknown(key: str | None) -> None:
    """List the messages of the last two weeks of which nobody knows whether they have arrived."""
    place = opened(key)
    with reading(place.sessions) as session:
        school = place.known_school(session)
        query = sa.select(Notification, Person.name).join(Person, Person.id == Notification.person_id)
        lately = Notification.due_at > place.clock.now() - _LATELY
        query = query.where(Notification.school_id == school.id, Notification.state == UNKNOWN, lately)
        lines = [
            f"{local(row.due_at, school.zone):%Y-%m-%d %H:%M}  {row.kind}  {name}  {row.reason or ''}".rstrip()
            for row, name in session.execute(query.order_by(Notification.due_at))
        ]
    click.echo("\n".join(lines) or "none")


@sending.command("show")
@_SCHOOL
def show(key: str | None) -> None:
    """Say whether anything is sent, and how much waits."""
    place = opened(key)
    with reading(place.sessions) as session:
        school = place.known_school(session)
        since, count = school.sending_stopped_at, switch.waiting(session, school)
        zone, held = school.zone, restored.held_back(session, school)
    if since is None:
        click.echo("sending is on")
    else:
        click.echo(f"sending is stopped since {local(since, zone):%Y-%m-%d %H:%M}; {count} messages wait")
    if held:
        click.echo(f"{held} messages are held back since a restore: jiafang sending release")
