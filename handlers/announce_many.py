"""A teacher learns that a leader or the homeroom teacher has called off or put off a visit of hers."""

from __future__ import annotations

from handlers.announce import Notice, Silence, Words, composes
from handlers.announce_offer import fields
from handlers.booking import facts_for, phone_taps
from handlers.texts import say
from models.person import Person
from models.visit_life import GUARDIAN


@composes("visit.called_off")
def called_off(notice: Notice) -> Words | Silence:
    """By whom, and whether the family has heard of it or has to be telephoned."""
    visit, facts = notice.visit(), notice.row.facts
    by = notice.session.get(Person, facts["by"]) if "by" in facts else None
    if visit.steps != notice.row.round:
        return Silence("superseded")
    key = "many.called_off" if facts["told"] else "many.called_off_telephone"
    text = say(
        key, **facts_for(visit, notice.person), by=say("name.teacher", name=by.name) if by else say("many.office")
    )
    return Words(text, "visit", fields(visit, say("note_field.cancelled")), [], visit.student)


@composes("visit.put_off")
def put_off(notice: Notice) -> Words | Silence:
    """To when, and whether the family was asked or has to be telephoned; the old time stands until then."""
    visit, facts = notice.visit(), notice.row.facts
    by = notice.session.get(Person, facts["by"])
    if visit.steps != notice.row.round or by is None or visit.asked != GUARDIAN:
        return Silence("superseded")
    key = "put_off" if facts["told"] else "put_off_telephone"
    text = say(f"move_many.{key}", by=by.name, **facts_for(visit, notice.person))
    taps = [] if facts["told"] else phone_taps(notice.tap, visit)
    return Words(text, "visit", fields(visit, say("note_field.put_off"), offered=True), taps, visit.student)
