"""The report on a roster's import, as the school's office reads it."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.roster_words import say
from models.errors import Refused
from models.roster import Change, Fault, RosterReport

#: A first import names thousands; the office wants to see the faults, then a few of the rest.
MOST_LINES = 40


def lines(report: RosterReport, percent: int) -> Iterator[str]:
    """Faults by row first, then who changes, then the figures and what wants a person's yes."""
    yield from (fault(f) for f in report.faults)
    yield from (say("report", "class_added", name=name) for name in report.classes)
    for kind in ("left", "returned", "changed", "added"):
        changes: list[Change] = getattr(report, kind)
        yield from (_change(kind, change) for change in changes[:MOST_LINES])
        if len(changes) > MOST_LINES:
            yield say("report", "more", count=len(changes) - MOST_LINES)
    yield from (say("report", "emptied", name=name) for name in report.emptied)
    yield total(report)
    if report.moved:
        yield say("report", "moved_total", count=report.moved)
    if report.too_many_leave:
        yield say("report", "many_leave", left=len(report.left), percent=percent)
    if report.errors:
        yield say("report", "some_wrong", errors=len(report.errors))


def total(report: RosterReport) -> str:
    """The figures in one line."""
    if not report.changes and not report.faults:
        return say("report", "nothing")
    counts = {kind: len(getattr(report, kind)) for kind in ("added", "changed", "returned", "left")}
    errors = len(report.errors)
    facts = {**counts, "same": report.same, "guardians": report.guardians, "errors": errors}
    return say("report", "total", **facts, remarks=len(report.faults) - errors)


def fault(found: Fault) -> str:
    """One fault with its place."""
    text = say("faults", found.code, value=found.value)
    if not found.place.row:
        return text
    return say("report", "fault", sheet=found.place.sheet or say("report", "table"), row=found.place.row, text=text)


def refused(refusal: Refused) -> str:
    """Why a file was not opened or not imported."""
    return say("refused", refusal.code, **refusal.facts)


def _change(kind: str, change: Change) -> str:
    if change.before:
        kind = "moved"
    about = " ".join(part for part in (change.class_name, change.number) if part)
    what = "、".join(say("fields", name) for name in change.what)
    return say(
        "report", kind, name=change.name, details=f"（{about}）" if about else "", what=what, before=change.before
    )
