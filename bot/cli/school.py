"""The roster's import, as the office's administrator runs it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.cli.opened import Opened, opened
from bot.roster_file import read_roster
from handlers import roster_report
from handlers.roster_words import say
from models import roster as rosters
from models.base import reading, writing
from models.errors import Refused
from models.roster import Roster, RosterReport
from models.school import School

#: An import of thousands waits longer for its turn to write than a message does.
_PATIENCE = 60.0


def import_roster(file: Path, dry_run: bool, key: str | None, yes: bool) -> None:
    """Reads, compares, reports; then, unless it is a dry run, asks where needed and writes."""
    with _in_words():
        place = opened(key)
        _progress("reading", file=file.name)
        roster = read_roster(file)
        _progress("comparing", students=len(roster.students), teachers=len(roster.teachers))
        report, percent = _planned(place, roster)
        for line in roster_report.lines(report, percent):
            click.echo(line)
        if dry_run:
            click.echo(say("report", "planned"))
        elif report.changes:
            _apply(place, roster, yes or _agreed(report))


def _planned(place: Opened, roster: Roster) -> tuple[RosterReport, int]:
    with reading(place.sessions) as session:
        # A school without a row has nobody: no row bears the number 0.
        school = place.school(session) or School(id=0, key=place.settings.key)
        return rosters.plan(session, school, roster, place.clock.now()), school.policy.roster_leaving_percent


def _agreed(report: RosterReport) -> bool:
    """The administrator's yes on a terminal; elsewhere only `--yes` gives it."""
    return report.needs_confirmation and sys.stdin.isatty() and click.confirm(say("report", "ask"), err=True)


def _apply(place: Opened, roster: Roster, confirmed: bool) -> None:
    now = place.clock.now()
    with writing(place.sessions, _PATIENCE) as session:
        school = place.settled_school(session)
        _progress("writing")
        rosters.apply(session, school, roster, now, confirmed)
    click.echo(say("report", "done", school=place.settings.name))


def _progress(step: str, **facts: object) -> None:
    click.echo(say("report", step, **facts) + " …", err=True)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise click.ClickException(roster_report.refused(refusal)) from None
