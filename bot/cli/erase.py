"""Erasing a student for good, as the office does it when a family asks, and the list of those who wait."""

from __future__ import annotations

import sys
from datetime import timedelta

import click

from bot.cli.opened import Opened, opened
from bot.cli.show_student import pick_student
from models import named
from models.base import reading, writing
from models.erasure import Erased, Erasure, Extent, extent
from models.erasure import erase as erase_for_good
from models.errors import Refused
from models.hour import local

_PATIENCE = 60.0
_SCHOOL = click.option("--school", "key", help="Its key in the configuration; needed when there are several.")


@click.group()
def erase() -> None:
    """Erase a student's data for good, or list which families have asked for it."""


@erase.command("student")
@click.argument("name")
@click.option("--class", "class_name", help="The class, where a name is not enough.")
@click.option("--reason", required=True, help="Why; names in it are left out.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do it after the report; nobody asks.")
@click.option(
    "--despite-report", "despite", is_flag=True, help="Also what a safety report holds, or a visit under way."
)
@_SCHOOL
def erase_student(
    name: str, class_name: str | None, reason: str, dry_run: bool, yes: bool, despite: bool, key: str | None
) -> None:
    """Erase NAME: nothing of it can be brought back, by nobody. The report comes first."""
    place = opened(key)
    with reading(place.sessions) as session:
        found = extent(session, pick_student(session, place.known_school(session), name, class_name))
        found.named = named.look(session, found.student.school_id, found.names)
        click.echo("\n".join(_report(found)))
        who, student_id = found.student.name, found.student.id
    if dry_run:
        click.echo("a dry run: nothing was changed")
        return
    if not yes and not _typed(who):
        raise click.ClickException("nothing was erased; on a terminal type the name, elsewhere say --yes")
    _erase(place, student_id, reason, despite)


def _typed(who: str) -> bool:
    return sys.stdin.isatty() and click.prompt(f"type {who} to erase for good", default="", err=True) == who


def _erase(place: Opened, student_id: int, reason: str, despite: bool) -> None:
    from bot.erased_file import note
    from bot.scrub import scrub
    from models.student import Student

    with reading(place.sessions) as session:
        # Looked for outside of the writing, for every word that was pushed has to be opened.
        found = extent(session, session.get_one(Student, student_id))
        where = named.look(session, found.student.school_id, found.names)
    with writing(place.sessions, _PATIENCE) as session:
        found = extent(session, session.get_one(Student, student_id))
        found.named = where
        try:
            row = erase_for_good(session, found, reason, place.clock.now(), despite)
        except Refused as no:
            raise click.ClickException(_no(no)) from None
        entry = Erased(place.settings.key, student_id, row.mark)
    note(place.config, entry)
    clean = scrub(place.sessions.kw["bind"])
    click.echo("erased; backups made before today still hold it: delete them when you can do without")
    aside = sorted(place.config.data.glob("*.replaced-*"))
    click.echo("\n".join(f"{path} holds it, too: delete it" for path in aside)) if aside else None
    if not clean:
        click.echo("somebody was still reading: the log is cleared within the next minutes")


def _no(no: Refused) -> str:
    if no.code == "erasure_held":
        since = f"{no.facts['since']:%Y-%m-%d}"
        return f"a safety report of {since} must be kept; when the matter is closed: --despite-report"
    if no.code == "erasure_under_way":
        return "a visit to this child is under way; once its teacher has checked out, or: --despite-report"
    return "it was erased already"


def _report(found: Extent) -> list[str]:
    student, zone = found.student, found.student.school.zone
    opens = found.open_visits
    lines = [
        f"{student.name} {student.school_class.name} ({student.number}): name, address, health, categories, the key,",
        "  and with it every record, photo and questionnaire and the words of the history",
        f"{len(found.visits)} visits stay as dates without words",
        *(f"open, is called off: {local(v.starts_at, zone):%Y-%m-%d %H:%M} {v.teacher.name} (is told)" for v in opens),
        *(f"{p.name}: has no other child here, is erased with telephone and WeChat" for p in found.leaving),
        *(f"{p.name}: stays; what was said in the chat is erased" for p in found.staying),
        f"{len(found.named.conversations)} chats and {len(found.named.pushes)} messages of others that name them",
    ]
    if found.held_since is not None:
        lines.append(f"HELD: a safety report of {found.held_since:%Y-%m-%d} must be kept (--despite-report)")
    return lines


@erase.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that were done.")
@_SCHOOL
def erase_list(everything: bool, key: str | None) -> None:
    """List the families that have asked in the chat, with the day by which they must have an answer."""
    place = opened(key)
    with reading(place.sessions) as session:
        school = place.known_school(session)
        rows = Erasure.of_school(session, school) if everything else Erasure.waiting(session, school)
        days = timedelta(days=school.policy.erasure_answer_days)
        for row in rows:
            asked = f"asked {local(row.asked_at, school.zone):%Y-%m-%d}" if row.asked_at else "at the office"
            by = f", answer by {local(row.asked_at + days, school.zone):%Y-%m-%d}" if row.asked_at else ""
            done = f", erased {local(row.done_at, school.zone):%Y-%m-%d}: {row.reason}" if row.done_at else by
            click.echo(f"{row.student.school_class.name} {row.student.name}  {asked}{done}")
        if not rows:
            click.echo("none")
