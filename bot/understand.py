"""The body of `jiafang understand`: what the bot would understand, line by line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.understanding import Context, Known, OpenVisit, Question, Roster, Teacher, read, read_moment
from handlers.understanding.outright_reading import read_outright

SCHOOL_ZONE = ZoneInfo("Asia/Shanghai")


def roster_of(written: Mapping[str, Any]) -> Roster:
    """A roster from its JSON form: `students` (id, name, class) and `teachers` (id, name, called)."""
    students = [Known(each["id"], each["name"], each.get("class", "")) for each in written.get("students", ())]
    teachers = [
        Teacher(each["id"], each["name"], each.get("called", ""), each.get("subject", ""), each.get("role", ""))
        for each in written.get("teachers", ())
    ]
    return Roster.of(students, teachers, written.get("classes", ()))


def _visit(written: Mapping[str, Any] | None) -> OpenVisit | None:
    if not written:
        return None
    start = datetime.fromisoformat(written["start"]) if written.get("start") else None
    return OpenVisit(
        written.get("id", ""), written.get("student", ""), start, written.get("form", ""), written.get("teacher", "")
    )


def _question(written: Mapping[str, Any] | None) -> Question | None:
    if not written:
        return None
    low, high = written.get("scale", (1, 5))
    return Question(
        written["type"], written.get("text", ""), (low, high), written.get("labels", {}), written.get("options", {})
    )


def context_of(written: Mapping[str, Any], role: str, roster: Roster, me: str = "") -> Context:
    """A context from its JSON form; for a bare time, `pending` is the hour of the visit under discussion."""
    if role == "time":
        pending = written.get("pending")
        visit = OpenVisit(start=datetime.fromisoformat(pending)) if pending else None
        return Context("teacher", roster=roster, visit=visit, mode=written.get("mode", ""))
    return Context(
        role=role,
        me=me,
        roster=roster,
        visits=tuple(filter(None, map(_visit, written.get("visits", ())))),
        visit=_visit(written.get("visit")),
        confirmed=_visit(written.get("visit_confirmed")),
        pending=written.get("pending", "none"),
        question=_question(written.get("question")),
        options=written.get("options", {}),
        quick_replies=written.get("quick_replies", {}),
        mode=written.get("mode", ""),
    )


def run(lines: Iterable[str], role: str, roster: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Reads rows `{"id","text","ref","context"?}` and gives `{"id","result"}` in the same order.

    Header lines are passed over.
    """
    written = roster or {}
    known = roster_of(written)
    me = written.get("me", {}).get("name", "") if isinstance(written.get("me"), Mapping) else ""
    for line in lines:
        if not line.strip():
            continue
        row = json.loads(line)
        if row.get("_header"):
            continue
        now = datetime.fromisoformat(row["ref"])
        now = now.replace(tzinfo=SCHOOL_ZONE) if now.tzinfo is None else now.astimezone(SCHOOL_ZONE)
        context = context_of(row.get("context") or {}, role, known, me)
        if role == "time":
            result = read_moment(row["text"], now, context).as_json()
        else:
            said = read_outright(row["text"], now, context) or read(row["text"], now, context)
            result = said.as_json(role)
        yield json.dumps({"id": row["id"], "result": result}, ensure_ascii=False)
