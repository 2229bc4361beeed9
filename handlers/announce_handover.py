"""Visits change hands: the colleague is asked, the first teacher learns the answer, the family who comes (B2)."""

from __future__ import annotations

from handlers.announce import Notice, Silence, Words, composes
from handlers.announce_offer import fields, through
from handlers.booking import facts_for
from handlers.company import who_comes
from handlers.handing_over import answer_taps as request_taps
from handlers.handing_over import line_of
from handlers.offered import answer_taps
from handlers.texts import say
from models.audience import children_for, may_answer
from models.companion import ASKED
from models.conversation import Tap
from models.handover import HANDED, Handover
from models.person import Person
from models.visit import Visit
from models.visit_life import GUARDIAN


@composes("handover.asked", "handover.again")
def asked(notice: Notice) -> Words | Silence:
    """Which visits, and whose; what has changed since is left out."""
    request = notice.session.get_one(Handover, notice.row.subject_id)
    visits = request.still(notice.now)
    if request.answer != ASKED or not visits:
        return Silence("no_longer_true")
    facts = {"by": request.by.name, "whose": request.teacher.name, "n": len(visits), "visits": _list(visits, notice)}
    key = "asked" if request.by_id == request.teacher_id else "asked_for"
    text = say(f"handover_notice.{key}", **facts)
    return Words(text, "visit", fields(visits[0], say("note_field.handover_asked")), request_taps(notice.tap, request))


@composes("handover.taken", "handover.refused", "handover.unreached", "handover.silent")
def answered(notice: Notice) -> Words | Silence:
    """What the colleague said, or that she says nothing, and what stays with the first teacher."""
    request = notice.session.get_one(Handover, notice.row.subject_id)
    kind = notice.row.kind.removeprefix("handover.")
    if kind == "silent" and (request.answer != ASKED or not request.still(notice.now)):
        return Silence("answered_meanwhile")
    taken, left = _visits(notice, "taken"), _visits(notice, "left")
    facts = {"to": request.to.name, "whose": request.teacher.name, "n": len(taken)}
    lines = [say(f"handover_notice.{kind}", **facts) + ("\n" + _list(taken, notice) if taken else "")]
    lines += [say("handover_notice.left", whose=request.teacher.name) + "\n" + _list(left, notice)] if left else []
    about = (taken + left + [p.visit for p in request.parts])[0]
    return Words("\n".join(lines), "visit", fields(about, say(f"note_field.handover_{kind}")))


def _visits(notice: Notice, name: str) -> list[Visit]:
    return [notice.session.get_one(Visit, key) for key in notice.row.facts.get(name, [])]


def _list(visits: list[Visit], notice: Notice) -> str:
    lines = [line_of(v, children_for(notice.session, v, notice.person)) for v in visits]
    return "\n".join(say("handover.line", number=i, visit=line) for i, line in enumerate(lines, 1))


@composes("visit.handed_over")
def family(notice: Notice) -> Words | Silence:
    """Who comes now, as long as she does; the hour stands unless the family says otherwise."""
    first = notice.visit()
    visits = [v for v in _visits(notice, "visits") if v.state in HANDED and v.starts_at > notice.now]
    visits = [v for v in visits if v.teacher_id == first.teacher_id]
    if first not in visits:
        return Silence("superseded")
    before = notice.session.get_one(Person, notice.row.facts["before"])
    facts = facts_for(first, notice.person) | {"before": before.name, "who": who_comes(first)}
    facts["visits"] = _list(visits, notice)
    key = "family_many" if len(visits) > 1 else "family_asked" if first.asked == GUARDIAN else "family"
    taps = _taps(notice, first) if len(visits) == 1 else []
    note = say("note_field.handed_over")
    about = fields(first, note, of=children_for(notice.session, first, notice.person))
    return Words(say(f"handover_notice.{key}", **facts), "visit", about, taps, through(notice, first))


def _taps(notice: Notice, visit: Visit) -> list[Tap]:
    """Where the family was asked it still is; a settled hour can be moved."""
    if not may_answer(notice.session, visit, notice.person):
        return []
    if visit.asked == GUARDIAN:
        return answer_taps(notice.tap, visit)
    return [notice.tap("visit.other_time", say("label.other_time"), subject_id=visit.id, round=visit.steps)]
