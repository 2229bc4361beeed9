"""The switch for everything that is sent, on the command line."""

from __future__ import annotations

import click

from bot.cli.opened import opened
from models import sending as switch
from models.base import reading, writing
from models.hour import local

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


@sending.command("show")
@_SCHOOL
def show(key: str | None) -> None:
    """Say whether anything is sent, and how much waits."""
    place = opened(key)
    with reading(place.sessions) as session:
        school = place.known_school(session)
        since, count = school.sending_stopped_at, switch.waiting(session, school)
        zone = school.zone
    if since is None:
        click.echo("sending is on")
    else:
        click.echo(f"sending is stopped since {local(since, zone):%Y-%m-%d %H:%M}; {count} messages wait")
