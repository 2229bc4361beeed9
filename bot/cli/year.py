"""The step into the next school year, as the office's administrator takes it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.cli.opened import Opened, opened
from handlers.school_year import lines, planned, refused
from handlers.texts import say
from models import rollover
from models.base import reading, writing
from models.errors import Refused

#: A school of thousands waits longer for its turn to write than a message does.
_PATIENCE = 60.0


@click.group()
def year() -> None:
    """Take the classes into the next school year."""


@year.command("roll")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--leaving", multiple=True, metavar="GRADE", help="A grade that leaves, where it is not the usual one.")
@click.option("--cancel-visits", "cancel", is_flag=True, help="Call off the open visits of those who leave.")
@click.option("--yes", is_flag=True, help="Do it after the report; nobody asks.")
@click.option("--school", "key", help="Its key in the configuration; needed when there are several.")
def roll(dry_run: bool, leaving: tuple[str, ...], cancel: bool, yes: bool, key: str | None) -> None:
    """All classes go up a grade, the oldest leave; nothing is deleted. Once a school year; the report comes first."""
    place = opened(key)
    with _in_words():
        with reading(place.sessions) as session:
            plan = planned(session, place.known_school(session), place.clock.now(), leaving)
            for line in lines(plan, place.settings.pilot_classes):
                click.echo(line)
        if dry_run:
            click.echo(say("year.planned"))
        elif yes or (sys.stdin.isatty() and click.confirm(say("year.ask"), err=True)):
            _roll(place, leaving, cancel)
        else:
            raise click.ClickException(say("year.not_agreed"))


def _roll(place: Opened, leaving: tuple[str, ...], cancel: bool) -> None:
    now = place.clock.now()
    with writing(place.sessions, _PATIENCE) as session:
        school = place.known_school(session)
        # Planned anew: what was shown may be minutes old.
        plan = planned(session, school, now, leaving)
        rollover.roll(session, school, plan, now, cancel)
    if cancel and plan.visits:
        click.echo(say("year.cancelled", count=len(plan.visits)))
    click.echo(say("year.done"))


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except Refused as no:
        raise click.ClickException(refused(no)) from None
