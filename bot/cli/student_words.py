"""One student as `jiafang show student` tells the office, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers import when
from handlers.texts import say

MARKS = ("boarding", "remote", "key", "left_at", "refused_at_home")
SEALED = ("address", "health", "categories", "phones")


def in_words(shown: dict[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """What `student_shown` found, and what was unsealed, if anything was."""
    marks = [say(f"show.student_{mark}") for mark in MARKS if shown[mark]]
    facts = {"name": shown["name"], "school_class": shown["class"], "number": shown["number"]}
    yield say("show.student", **facts) + " ".join(["", *marks])
    for guardian in shown["guardians"]:
        yield say("show.student_guardian", name=guardian["name"], relation=guardian["relation"], marks=_marks(guardian))
    for teacher in shown["teachers"]:
        yield say("show.student_teacher", name=teacher["name"], subject=teacher["subject"] or "").rstrip()
    for visit in shown["visits"]:
        time = when.spoken(datetime.fromisoformat(visit["starts_at"]), zone)
        form, state = say(f"form.{visit['form']}"), say(f"state.{visit['state']}")
        yield say("show.student_visit", id=visit["id"], time=time, form=form, state=state)
    for name in SEALED:
        value = shown.get(name)
        if value:
            text = say("list.and").join(value) if isinstance(value, list) else value
            yield say("show.field", name=say(f"show.student_{name}"), text=text)


def _marks(guardian: dict[str, Any]) -> str:
    found = ["main"] * guardian["main"] + ["muted"] * guardian["muted"]
    found += ["bound" if guardian["bound"] else "unbound", "consenting" if guardian["consents"] else "unconsenting"]
    return say("list.and").join(say(f"show.guardian_{mark}") for mark in found)
