"""The report on an import of visits already held, as the school's office reads it."""

from __future__ import annotations

from collections.abc import Iterator

from handlers import texts, when
from handlers.roster_report import MOST_LINES, fault
from handlers.roster_words import say
from models.held_before import Entry, HeldReport
from models.school import School


def lines(report: HeldReport, school: School, hourless: int) -> Iterator[str]:
    """What is wrong by row first, then what is new, then the figures."""
    yield from (fault(found) for found in sorted(report.faults, key=lambda f: (f.place.sheet, f.place.row)))
    yield from (_entry(entry, school) for entry in report.added[:MOST_LINES])
    if len(report.added) > MOST_LINES:
        yield say("report", "more", count=len(report.added) - MOST_LINES)
    if hourless and report.added:
        yield say("visits", "no_hour", count=hourless)
    if not report.added and not report.faults:
        yield say("visits", "nothing")
        return
    errors = len(report.errors)
    facts = {"added": len(report.added), "same": report.same, "errors": errors}
    yield say("visits", "total", **facts, remarks=len(report.faults) - errors)


def _entry(entry: Entry, school: School) -> str:
    line = entry.line
    return say(
        "visits",
        "added",
        name=entry.student.name,
        class_name=entry.student.school_class.name,
        time=when.spoken(line.starts_at, school.zone),
        form=texts.say(f"form.{line.form}"),
        teacher="、".join(p.name for p in entry.teachers),
        record=say("visits", "record") if line.fields else "",
    )
