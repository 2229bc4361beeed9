"""The roster's import and the binding codes, as the office's administrator runs them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.cli.opened import Opened, opened
from bot.roster_file import read_roster
from handlers import roster_report
from handlers.class_name import class_name as spelled
from handlers.roster_words import say
from models import roster as rosters
from models.base import reading, writing
from models.errors import Refused
from models.hour import local
from models.roster import Roster, RosterReport
from models.school import School, SchoolClass
from models.slip import Slip, issue_slips

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


def print_codes(class_name: str | None, key: str | None) -> None:
    """New codes for all who are not bound, one slip a line; the earlier ones are void."""
    place = opened(key)
    now = place.clock.now()
    found = spelled(class_name) if class_name else None
    with writing(place.sessions, _PATIENCE) as session:
        school = place.known_school(session)
        wanted = found.name if found else class_name
        if wanted and not _has_class(session, school, wanted):
            raise click.ClickException(say("codes", "no_class", class_name=class_name))
        slips = issue_slips(session, school, now, wanted)
        until = _until(school, now)
    for slip in slips:
        click.echo(_line(slip))
    click.echo(say("codes", "void", count=len(slips), until=until) if slips else say("codes", "none"), err=True)


def _has_class(session: Session, school: School, name: str) -> bool:
    query = sa.select(SchoolClass.id).where(SchoolClass.school_id == school.id, SchoolClass.name == name)
    return session.scalar(query) is not None


def _line(slip: Slip) -> str:
    about = "、".join(f"{student}{relation}" for student, relation in slip.children) or say("codes", "staff")
    return say("codes", "slip", class_name=slip.class_name or "-", about=about, name=slip.person.name, code=slip.code)


def _until(school: School, now: datetime) -> str:
    return local(now + timedelta(days=school.policy.code_days), school.zone).date().isoformat()


def _progress(step: str, **facts: object) -> None:
    click.echo(say("report", step, **facts) + " …", err=True)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        raise click.ClickException(roster_report.refused(refusal)) from None
