"""What colleagues who come along are told, and what the teacher hears of their answers (B6)."""

from __future__ import annotations

from handlers.accompanying import alone_taps
from handlers.announce import Notice, Silence, Words, composes
from handlers.announce_offer import fields
from handlers.booking import visit_facts
from handlers.company import who_comes
from handlers.handing_over import line_of
from handlers.texts import say
from models import company
from models.companion import ASKED, NO
from models.conversation import Tap
from models.visit import Visit
from models.visit_life import CONFIRMED, PROPOSED


@composes("companion.asked", "companion.again")
def asked(notice: Notice) -> Words | Silence:
    """Whom, when, what about; with both answers to tap."""
    visit = notice.visit()
    if not _to_come(notice, visit):
        return Silence("no_longer_true")
    if _answer(visit, notice.person.id) != ASKED:
        return Silence("answered_meanwhile")
    key = "company_asked" if notice.row.kind == "companion.asked" else "company_again"
    return _words(notice, visit, key, _answers(notice, visit))


@composes("companion.asked_all")
def asked_all(notice: Notice) -> Words | Silence:
    """A whole round in one question."""
    found = [notice.session.get_one(Visit, key) for key in notice.row.facts["visits"]]
    visits = [v for v in found if _to_come(notice, v) and _answer(v, notice.person.id) == ASKED]
    if not visits:
        return Silence("answered_meanwhile")
    lines = "\n".join(say("handover.line", number=i, visit=line_of(v)) for i, v in enumerate(visits, 1))
    facts = visit_facts(visits[0]) | {"n": len(visits), "visits": lines}
    value = " ".join(str(v.id) for v in visits)
    deeds = [("company.yes_all", "label.accompany_all"), ("company.no_all", "label.stay_away_all")]
    taps = [notice.tap(deed, say(label), subject_id=visits[0].id, value=value) for deed, label in deeds]
    fact = fields(visits[0], say("note_field.company_asked"))
    return Words(say("company_notice.asked_all", **facts), "visit", fact, taps, visits[0].student)


@composes("companion.released")
def released(notice: Notice) -> Words | Silence:
    """She need not come along after all."""
    visit = notice.visit()
    if _answer(visit, notice.person.id) is not None:
        return Silence("superseded")
    return _words(notice, visit, "company_released", [])


def _to_come(notice: Notice, visit: Visit) -> bool:
    return visit.state in (PROPOSED, CONFIRMED) and visit.starts_at > notice.now


def _answer(visit: Visit, person_id: int) -> str | None:
    """What she has said; none when she has no place on the visit."""
    seat = company.place(visit, person_id)
    return seat.answer if seat else None


@composes("companion.news")
def news(notice: Notice) -> Words | Silence:
    """Settled, moved or over; whoever comes along can still say no."""
    visit = notice.visit()
    if visit.steps != notice.row.round or _answer(visit, notice.person.id) in (NO, None):
        return Silence("superseded")
    settled = visit.state == CONFIRMED
    return _words(
        notice, visit, "company_settled" if settled else "company_over", _answers(notice, visit) if settled else []
    )


@composes("company.accepted", "company.refused", "company.unreached", "company.silent")
def answered(notice: Notice) -> Words | Silence:
    """The teacher hears it, also of a colleague whom no message reaches, or who says nothing."""
    visit = notice.visit()
    if visit.state not in (PROPOSED, CONFIRMED):
        return Silence("no_longer_true")
    if notice.row.kind == "company.silent":
        return _silent(notice, visit)
    key = notice.row.kind.replace(".", "_")
    return _words(notice, visit, key, alone_taps(notice.tap, visit) if key == "company_refused" else [])


def _silent(notice: Notice, visit: Visit) -> Words | Silence:
    by = notice.row.facts["by"]
    if _answer(visit, by) != ASKED or not _to_come(notice, visit):
        return Silence("answered_meanwhile")
    tap = notice.tap("company.release", say("label.release"), subject_id=visit.id, value=str(by), round=visit.steps)
    return _words(notice, visit, "company_silent", [tap])


def _answers(notice: Notice, visit: Visit) -> list[Tap]:
    deeds = [("company.yes", "label.accompany"), ("company.no", "label.stay_away")]
    if _answer(visit, notice.person.id) != ASKED:
        deeds = deeds[1:]
    return [notice.tap(deed, say(label), subject_id=visit.id, round=visit.steps) for deed, label in deeds]


def _words(notice: Notice, visit: Visit, key: str, taps: list[Tap]) -> Words:
    by = notice.row.facts.get("by")
    name = next((c.person.name for c in visit.companions if c.person_id == by), "")
    facts = visit_facts(visit) | {"by": name, "who": who_comes(visit), "state": say(f"state.{visit.state}")}
    text = say(f"company_notice.{key.removeprefix('company_')}", **facts)
    return Words(text, "visit", fields(visit, say(f"note_field.{key}")), taps, visit.student)
