"""`jiafang show visit`: a student's visit, in words or for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from bot.cli.opened import opened
from bot.cli.photos_out import write_photos
from bot.cli.show_student import pick_student
from bot.cli.shown_visit import visit_shown
from handlers import when
from handlers.texts import say
from models import history
from models.base import reading, writing
from models.school import School
from models.visit import Visit
from models.visit_life import OPEN

#: Under which the reading of sealed texts is recorded.
GROUP = "visit"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see."""

    who: str  #: a student's name or number, or a visit's number
    class_name: str | None = None
    every: bool = False
    unseal: str | None = None  #: the reason
    photos: Path | None = None  #: where the photos go; only with a reason


def show_visit(wish: Wish, key: str | None, as_json: bool) -> None:
    """Prints the visit that is open, else the newest; all of them when so wished."""
    if wish.photos and not wish.unseal:
        raise click.UsageError("--photos needs --unseal REASON")
    place = opened(key)
    doing = writing(place.sessions) if wish.unseal else reading(place.sessions)
    with doing as session:
        school = place.known_school(session)
        visits = wanted(session, school, wish)
        for visit in visits if wish.unseal else ():
            for student in visit.students:
                history.read(session, None, student, GROUP, place.clock.now(), wish.unseal or "")
        if wish.photos and wish.unseal:
            write_photos(session, visits, wish.photos, wish.unseal, place.clock.now())
        shown = [visit_shown(session, visit, bool(wish.unseal)) for visit in visits]
        zone = school.zone
    if as_json:
        click.echo(json.dumps(shown if wish.every else shown[0], ensure_ascii=False, indent=2))
        return
    for each in shown:
        click.echo("\n".join(in_words(each, zone)))


def wanted(session: Session, school: School, wish: Wish) -> list[Visit]:
    """The visits meant, the newest first; raises `ClickException` when there is none."""
    numbered = session.get(Visit, int(wish.who)) if wish.who.isascii() and wish.who.isdigit() else None
    if numbered is not None and numbered.school_id == school.id:
        return [numbered]
    student = pick_student(session, school, wish.who, wish.class_name)
    visits = Visit.of_student(session, student)
    if wish.every:
        return visits
    if not visits:
        raise click.ClickException(f"{wish.who}: no visit yet")
    return [next((v for v in visits if v.state in OPEN), visits[0])]


def in_words(shown: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """The visit as lines that the office can read."""

    def spoken(moment: str) -> str:
        return when.spoken(datetime.fromisoformat(moment), zone)

    students = say("list.and").join(
        say("name.student", name=s["name"], school_class=s["class"]) for s in shown["students"]
    )
    facts = {name: shown[name] for name in ("id", "teacher")} | {"student": students}
    state, form = say(f"state.{shown['state']}"), say(f"form.{shown['form']}")
    yield say("show.visit", time=spoken(shown["starts_at"]), state=state, form=form, **facts)
    yield from _sealed({say("show.purpose"): shown["purpose"]})
    for slot in shown["offer"]:
        yield say("show.offer", time=spoken(slot["starts_at"]), asked=say(f"show.asked_{shown['asked']}"))
    if shown["confirmed_by"]:
        yield say("show.confirmed_by", who=shown["confirmed_by"])
    for deed in shown["history"]:
        who = deed["by"] or say("show.clock")
        yield say("show.deed", time=spoken(deed["at"]), who=who, verb=say(f"show.verb_{deed['verb']}"))
        yield from _sealed(deed.get("change"))
    for each in shown["records"]:
        yield from _record(each["record"], each["student"])
    if not shown["records"]:
        yield from _record(shown["record"])
    for each in shown["followups"]:
        stage, state = say(f"show.stage_{each['stage']}"), say(f"show.followup_{each['state']}")
        yield say("show.followup", stage=stage, who=each["person"], time=spoken(each["asked_at"]), state=state)
        yield from _sealed({say("show.answer"): each.get("answer")})


def _record(record: dict[str, Any] | None, of: str = "") -> Iterator[str]:
    if record is not None:
        done = say("show.submitted" if record["submitted"] else "show.not_submitted")
        yield say("show.record_of" if of else "show.record", version=record["version"], state=done, student=of)
        if record["photos"]:
            yield say("photo.line", n=record["photos"])
        yield from _sealed({say(f"record_name.{name}"): text for name, text in record.get("fields", {}).items()})


def _sealed(texts: dict[str, Any] | None) -> Iterator[str]:
    for name, text in (texts or {}).items():
        if text:
            yield say("show.field", name=name, text=text)
