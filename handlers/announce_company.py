"""What colleagues who come along are told, and what the teacher hears of their answers (B6)."""

from __future__ import annotations

from handlers.accompanying import alone_taps
from handlers.announce import Notice, Silence, Words, composes
from handlers.announce_offer import fields
from handlers.booking import visit_facts
from handlers.company import who_comes
from handlers.texts import say
from models import company
from models.companion import ASKED, NO
from models.conversation import Tap
from models.visit import Visit
from models.visit_life import CONFIRMED, PROPOSED


@composes("companion.asked")
def asked(notice: Notice) -> Words | Silence:
    """Whom, when, what about; with both answers to tap."""
    visit = notice.visit()
    if visit.state not in (PROPOSED, CONFIRMED) or visit.starts_at <= notice.now:
        return Silence("no_longer_true")
    if company.place_of(visit, notice.person).answer != ASKED:
        return Silence("answered_meanwhile")
    return _words(notice, visit, "company_asked", _answers(notice, visit))


@composes("companion.news")
def news(notice: Notice) -> Words | Silence:
    """Settled, moved or over; whoever comes along can still say no."""
    visit = notice.visit()
    if visit.steps != notice.row.round or company.place_of(visit, notice.person).answer == NO:
        return Silence("superseded")
    settled = visit.state == CONFIRMED
    return _words(
        notice, visit, "company_settled" if settled else "company_over", _answers(notice, visit) if settled else []
    )


@composes("company.accepted", "company.refused", "company.unreached")
def answered(notice: Notice) -> Words | Silence:
    """The teacher hears it, also of a colleague whom no message reaches; after a no she is asked what now."""
    visit = notice.visit()
    if visit.state not in (PROPOSED, CONFIRMED):
        return Silence("no_longer_true")
    key = notice.row.kind.replace(".", "_")
    return _words(notice, visit, key, alone_taps(notice.tap, visit) if key == "company_refused" else [])


def _answers(notice: Notice, visit: Visit) -> list[Tap]:
    deeds = [("company.yes", "label.accompany"), ("company.no", "label.stay_away")]
    if company.place_of(visit, notice.person).answer != ASKED:
        deeds = deeds[1:]
    return [notice.tap(deed, say(label), subject_id=visit.id, round=visit.steps) for deed, label in deeds]


def _words(notice: Notice, visit: Visit, key: str, taps: list[Tap]) -> Words:
    by = notice.row.facts.get("by")
    name = next((c.person.name for c in visit.companions if c.person_id == by), "")
    facts = visit_facts(visit) | {"by": name, "who": who_comes(visit), "state": say(f"state.{visit.state}")}
    text = say(f"company_notice.{key.removeprefix('company_')}", **facts)
    return Words(text, "visit", fields(visit, say(f"note_field.{key}")), taps, visit.student)
