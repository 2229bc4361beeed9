"""Who is at home after all, told when the teacher has had her brief (B9)."""

from __future__ import annotations

from handlers.announce import Notice, Silence, Words, composes
from handlers.announce_offer import fields, who
from handlers.booking import visit_facts
from handlers.texts import say
from handlers.who_is_home import spoken
from models.visit_life import CONFIRMED


@composes("visit.present")
def present(notice: Notice) -> Words | Silence:
    """The last word of the family."""
    visit = notice.visit()
    if visit.state != CONFIRMED or visit.present is None:
        return Silence("no_longer_true")
    text = say("home_who.told", by=who(notice, visit), present=spoken(visit), **visit_facts(visit))
    return Words(text, "visit", fields(visit, say("note_field.present")), [], visit.student)
