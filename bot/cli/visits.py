"""Visits that were held before the school began here, brought in from its own list."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.cli.opened import opened
from bot.roster_file import read_sheets
from handlers import roster_visits
from handlers.roster_report import refused
from handlers.roster_visits_sheet import understand
from handlers.roster_words import say
from models.base import reading, writing
from models.errors import Refused
from models.held_before import HeldReport, compare, take_in

_PATIENCE = 60.0  #: seconds; an import of thousands waits longer for its turn to write than a message does


@click.group()
def visits() -> None:
    """Bring in visits that were already held."""


@visits.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Also when rows have errors; nobody asks.")
@click.option("--school", "key", help="Its key in the configuration; needed when there are several.")
def visits_import(file: Path, dry_run: bool, yes: bool, key: str | None) -> None:
    """Import FILE (.xlsx or .csv): visits already held. They count, nobody is told; twice changes nothing."""
    try:
        _import(file, dry_run, yes, key)
    except Refused as refusal:
        raise click.ClickException(refused(refusal)) from None


def _import(file: Path, dry_run: bool, yes: bool, key: str | None) -> None:
    place = opened(key)
    click.echo(say("visits", "reading", file=file.name) + " …", err=True)
    sheets, now = read_sheets(file), place.clock.now()
    with reading(place.sessions) as session:
        school = place.known_school(session)
        lines, faults, hourless = understand(sheets, school.zone)
        report = compare(session, school, lines, now)
        report.faults.extend(faults)
        for line in roster_visits.lines(report, school, hourless):
            click.echo(line)
    if dry_run:
        click.echo(say("visits", "planned"))
    elif report.added:
        if report.errors and not (yes or _agreed(report)):
            raise Refused("visits_unconfirmed", errors=len(report.errors))
        with writing(place.sessions, _PATIENCE) as session:
            done = take_in(session, place.known_school(session), lines, now)
        click.echo(say("visits", "done", count=len(done.added)))


def _agreed(report: HeldReport) -> bool:
    return sys.stdin.isatty() and click.confirm(say("visits", "ask", errors=len(report.errors)), err=True)
