"""What the teacher hears of who comes to a round table (B11)."""

from __future__ import annotations

from handlers.announce import Notice, Silence, Words, composes
from handlers.announce_offer import fields, who
from handlers.booking import visit_facts
from handlers.table_guests import summary
from handlers.texts import say
from models import participant
from models.participant import ASKED
from models.visit_life import CONFIRMED, PROPOSED


@composes("table.answered")
def answered(notice: Notice) -> Words | Silence:
    """Who comes, and how everybody stands by now."""
    visit = notice.visit()
    if visit.state not in (PROPOSED, CONFIRMED):
        return Silence("no_longer_true")
    place = participant.place_of(notice.session, visit, notice.row.facts["by"])
    if place is None or place.answer == ASKED:
        return Silence("superseded")
    facts = visit_facts(visit) | {"by": who(notice, visit), "table": summary(notice.session, visit)}
    text = say(f"table.told_{place.answer}", **facts)
    return Words(text, "visit", fields(visit, say("note_field.table_answered")), [], visit.student)
