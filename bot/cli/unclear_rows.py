"""The masked log of what was not understood: printed, decided upon, written out (rulings 43)."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from bot.cli.columns import columns
from bot.cli.opened import opened
from handlers import when
from handlers.registry import GUARDIAN
from handlers.unclear import UNKNOWN
from models.base import reading, writing
from models.hour import local
from models.school import School
from models.unclear import APPROVED, NEW, STATES, Unclear


def print_rows(every: bool, as_json: bool, by: str | None, key: str | None) -> None:
    """Prints them; that they were looked at, and by whom, is kept with each."""
    place, who = opened(key), _who(by)
    with writing(place.sessions) as session:
        school = place.known_school(session)
        rows = Unclear.of_school(session, school.id, *(STATES if every else (NEW,)))
        for row in rows:
            if row.state == NEW:  # who decided stays
                row.look(who, place.clock.now())
        told = [exported(row, school.zone) | {"state": row.state, "looked_by": row.looked_by} for row in rows]
        lines = [_cells(row, school.zone) for row in rows]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif lines:
        click.echo("\n".join(columns(lines)))


def _cells(row: Unclear, zone: ZoneInfo) -> list[str]:
    read = row.intent if row.intent == row.asked else f"{row.intent} {row.asked}"
    return [str(row.id), when.spoken(row.at, zone), row.part, row.pending, read, row.state, row.text]


def decide(state: str, ids: Sequence[int], by: str | None, key: str | None) -> None:
    """Approves or rejects all of these, or none; what nobody has looked at cannot be approved."""
    place, who = opened(key), _who(by)
    with writing(place.sessions) as session:
        rows = _of_school(session, place.known_school(session), ids)
        unseen = [str(row.id) for row in rows if row.looked_at is None]
        if unseen and state == APPROVED:
            raise click.ClickException(f"{' '.join(unseen)}: nobody has looked yet; `jiafang unclear list` shows them")
        for row in rows:
            row.look(who, place.clock.now(), state)
    click.echo(f"{len(ids)} {state}")


def _of_school(session: Session, school: School, ids: Sequence[int]) -> list[Unclear]:
    known = {row.id: row for row in Unclear.of_school(session, school.id, *STATES)}
    strange = [str(each) for each in ids if each not in known]
    if strange:
        raise click.ClickException(f"{' '.join(strange)}: nothing of that number; `jiafang unclear list --all`")
    return [known[each] for each in ids]


def write_rows(file: Path, key: str | None) -> None:
    """Writes what was approved."""
    place = opened(key)
    with reading(place.sessions) as session:
        school = place.known_school(session)
        rows = [exported(row, school.zone) for row in Unclear.of_school(session, school.id, APPROVED)]
    if not rows:
        raise click.ClickException("nothing is approved; `jiafang unclear list`, then `jiafang unclear approve ID…`")
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    click.echo(f"{len(rows)} in {file}")


def exported(row: Unclear, zone: ZoneInfo) -> dict[str, Any]:
    """A row as `jiafang understand` reads it, with what was understood when it was said."""
    ref = local(row.at, zone).strftime("%Y-%m-%dT%H:%M")
    result: dict[str, Any] = {"act" if row.part == GUARDIAN else "intent": row.intent}
    if row.asked != UNKNOWN:
        result["ask"] = [row.asked]
    context = {"role": row.part, "pending": row.pending}
    return {"id": f"unclear-{row.id}", "text": row.text, "ref": ref, "context": context, "result": result}


def _who(by: str | None) -> str:
    try:
        return by or getpass.getuser()
    except (KeyError, OSError) as error:
        raise click.UsageError("--by is needed: the machine does not know who is logged in") from error
