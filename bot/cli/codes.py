"""The binding codes, as the office's administrator hands them out: as lines, or as a page to be printed and cut."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.cli.opened import Opened, opened
from bot.slips_page import page, printed, scenes
from bot.wechat.client import WeChat
from handlers.class_name import class_name as spelled
from handlers.roster_words import say
from models.base import writing
from models.hour import local
from models.school import School, SchoolClass
from models.slip import Slip, issue_slips

#: A school of thousands waits longer for its turn to write than a message does.
_PATIENCE = 60.0


def print_codes(class_name: str | None, key: str | None, file: Path | None) -> None:
    """New codes for all who are not bound, one slip a line or on a page; the earlier ones are void."""
    if file is not None and (file.suffix != ".html" or file.exists()):
        raise click.ClickException(say("codes", "no_page", file=file))
    place = opened(key)
    now = place.clock.now()
    with writing(place.sessions, _PATIENCE) as session:
        school = place.known_school(session)
        slips = issue_slips(session, school, now, _wanted(session, school, class_name))
        until = _until(school, now)
    if file is not None and slips:
        _write(place, slips, until, file)
    else:
        for slip in slips:
            click.echo(_line(slip))
    click.echo(say("codes", "void", count=len(slips), until=until) if slips else say("codes", "none"), err=True)


def _wanted(session: Session, school: School, class_name: str | None) -> str | None:
    if not class_name:
        return None
    found = spelled(class_name)
    name = found.name if found else class_name
    query = sa.select(SchoolClass.id).where(SchoolClass.school_id == school.id, SchoolClass.name == name)
    if session.scalar(query) is None:
        raise click.ClickException(say("codes", "no_class", class_name=class_name))
    return name


def _write(place: Opened, slips: list[Slip], until: str, file: Path) -> None:
    """Whoever reads the file could bind as anybody in it: only its owner may."""
    account = place.config.wechat[place.settings.account]
    found = scenes(WeChat(account, None), slips, place.settings.policy.code_days)
    made = [printed(s, scene, say("codes", "typed", code=s.code)) for s, scene in zip(slips, found, strict=True)]
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(page(place.settings.name, made, until))
    scanned = sum(slip.scene for slip in made)
    click.echo(say("codes", "page", file=file))
    if scanned < len(made):
        click.echo(say("codes", "unscanned", count=len(made) - scanned), err=True)


def _line(slip: Slip) -> str:
    about = "、".join(f"{student}{relation}" for student, relation in slip.children) or say("codes", "staff")
    return say("codes", "slip", class_name=slip.class_name or "-", about=about, name=slip.person.name, code=slip.code)


def _until(school: School, now: datetime) -> str:
    return local(now + timedelta(days=school.policy.code_days), school.zone).date().isoformat()
