"""Somebody will be late for today's visit: passed on at once or on one tap; the time stays unless it is moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers import when
from handlers.announce import Notice, Silence, Words, composes
from handlers.announce_offer import fields, through, who
from handlers.booking import visit_facts
from handlers.countering import own_visit
from handlers.drafts import Draft, carries_out, show
from handlers.moving import family_visit
from handlers.reach import answerable
from handlers.registry import tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding.outright import minutes_late
from models import telling
from models.audience import children_for
from models.conversation import Tap
from models.errors import Refused
from models.notification import TODAY, Owed, owe
from models.student import Student
from models.visit import Visit
from models.visit_life import CONFIRMED, GUARDIAN, TEACHER, Actor

LONGEST = 180  #: minutes; who is later than that should ask for another time


def _today(turn: Turn, visits: list[Visit]) -> Visit | None:
    """The one settled visit of today that has not ended and nobody wants to move."""
    today = turn.local().date()
    found = [v for v in visits if v.state == CONFIRMED and v.asked is None and turn.now < v.ends_at]
    found = [v for v in found if turn.local(v.starts_at).date() == today]
    return found[0] if len(found) == 1 else None


def _facts(visit: Visit, minutes: int, of: Sequence[Student] = ()) -> dict[str, object]:
    later = when.hour(_later(visit, minutes), visit.school.zone)
    return visit_facts(visit, of) | {"late": minutes, "later": later}


def _later(visit: Visit, minutes: int) -> datetime:
    return visit.starts_at + timedelta(minutes=minutes)


def teacher_late(turn: Turn, text: str) -> Say | None:
    """我晚10分钟到: shown, and told to the family on one tap; None when there is no visit today to be late for."""
    minutes = minutes_late(text, "teacher")
    if minutes is None or not 0 < minutes <= LONGEST:
        return None
    visit = _today(turn, Visit.of_teacher(turn.session, turn.person, CONFIRMED))
    if visit is None:
        return None
    draft: Draft = {"do": "late", "visit": visit.id, "steps": visit.steps, "minutes": minutes}
    return show(turn, draft, say("late.shown", **_facts(visit, minutes)), "label.tell_family", "label.drop")


@carries_out("late")
def tell_family(turn: Turn, draft: Draft) -> Say:
    """At once, whatever the hour, when the visit is near (rulings 11)."""
    visit = turn.session.get(Visit, draft["visit"])
    if visit is None or visit.teacher_id != turn.person.id or visit.steps != draft["steps"]:
        raise Refused("changed_meanwhile_plain")
    told = telling.family_but(turn.session, visit, None)
    _owe(turn, visit, "visit.late", [p.id for p in told], minutes=draft["minutes"])
    return Say(say("late.told" if told else "late.nobody", **_facts(visit, draft["minutes"])))


def family_late(turn: Turn, text: str) -> Say | None:
    """老师，我们晚半小时: shown with the minutes, and passed on by one tap."""
    minutes = minutes_late(text, "family")
    visit = _today(turn, answerable(turn)) if minutes is not None and 0 < minutes <= LONGEST else None
    if visit is None or minutes is None:
        return None
    draft: Draft = {"do": "family_late", "visit": visit.id, "steps": visit.steps, "minutes": minutes}
    return show(turn, draft, say("late.family_shown", **_facts(visit, minutes)), "label.pass_on", "label.drop")


@carries_out("family_late")
def tell_teacher(turn: Turn, draft: Draft) -> Say:
    """The teacher hears it at once, and decides whether the visit begins later."""
    visit, person = family_visit(turn, draft["visit"], draft["steps"])
    _owe(turn, visit, "visit.family_late", [visit.teacher_id], minutes=draft["minutes"], by=person.id)
    return Say(say("late.passed_on", **_facts(visit, draft["minutes"])))


def _owe(turn: Turn, visit: Visit, kind: str, person_ids: list[int], **facts: int) -> None:
    # Later again is another message; the same minutes twice are one.
    slot = str(facts["minutes"])
    due = turn.now if kind == "visit.family_late" else telling.polite_for(visit, kind, turn.now)
    owed = [
        Owed(visit.school_id, kind, visit.id, p, due, visit.steps, slot, dict(facts), visit.ends_at, TODAY)
        for p in person_ids
    ]
    owe(turn.session, owed, turn.now)


@composes("visit.late", "visit.family_late")
def late(notice: Notice) -> Words | Silence:
    """By how much; the teacher may move the visit or only take note."""
    visit, minutes = notice.visit(), int(notice.row.facts["minutes"])
    if visit.state != CONFIRMED or visit.steps != notice.row.round:
        return Silence("superseded")
    key = notice.row.kind.removeprefix("visit.")
    of = children_for(notice.session, visit, notice.person)
    facts = _facts(visit, minutes, of) | {"by": who(notice, visit)}
    taps = []
    if key == "family_late":
        to = say("label.late_move", later=facts["later"])
        taps = [
            notice.tap("late.move", to, subject_id=visit.id, round=visit.steps, value=str(minutes)),
            notice.tap("late.noted", say("label.late_noted"), subject_id=visit.id, round=visit.steps),
        ]
    about = fields(visit, say(f"note_field.{key}"), of=of)
    return Words(say(f"notice.{key}", **facts), "visit", about, taps, through(notice, visit))


@tapped("late.move")
def tap_move(turn: Turn, tap: Tap) -> Say:
    """The family has asked for it, the teacher takes it: the visit begins later."""
    visit = own_visit(turn, tap)
    starts_at = _later(visit, int(tap.value))
    visit.move(turn.session, Actor(GUARDIAN), starts_at, turn.now)
    visit.confirm(turn.session, Actor(TEACHER, turn.person.id), turn.now)
    telling.tell_family(turn.session, visit, "visit.moved", turn.now)
    return Say(say("counter.taken", **visit_facts(visit)))


@tapped("late.noted")
def tap_noted(turn: Turn, tap: Tap) -> Say:
    visit = own_visit(turn, tap)
    return Say(say("late.noted", **visit_facts(visit)))
