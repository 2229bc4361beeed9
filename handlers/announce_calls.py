"""The morning's list of families to telephone, on its way to the teacher."""

from __future__ import annotations

from handlers import when
from handlers.announce import Notice, Silence, Words, composes
from handlers.calling import call_taps, listed
from handlers.texts import say
from models.calls import calls_of


@composes("calls.today")
def morning(notice: Notice) -> Words | Silence:
    """As it stands when it goes out: who has answered meanwhile is off it."""
    found = calls_of(notice.session, notice.person, notice.now)
    if not found:
        return Silence("no_longer_true")
    note, first = say("calls.note"), found[0].visit
    zone = first.school.zone
    fields = {
        "count": say("calls.count", n=len(found)), "note": note, "task": note, "purpose": note,
        "student": first.student.name, "teacher": notice.person.name, "form": say("form.phone"),
        "time": when.on_template(notice.now, zone),
        "due": when.on_template(first.offer_starts_at or first.starts_at, zone),
    }  # fmt: skip
    text = listed(notice.session, notice.person, found, notice.now)
    return Words(text, "brief", fields, call_taps(notice.tap, found))
