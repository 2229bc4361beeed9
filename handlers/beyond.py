"""A child beyond one's reach: a reason is asked, a leader approves, and the reading is kept (rulings 20)."""

from __future__ import annotations

import sqlalchemy as sa

from handlers import when
from handlers.announce import Notice, Silence, composes
from handlers.announce import Words as Spoken
from handlers.class_name import class_name
from handlers.drafts import Draft, carries_out, show
from handlers.pupils import full
from handlers.registry import Nothing, tapped
from handlers.student_facts import facts_of
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding.outright import wish_to_read
from models.conversation import Tap
from models.reading_request import ASKED, GRANTED, ReadingRequest
from models.student import Student


def asked_to_read(turn: Turn, text: str) -> Say | None:
    """申请查看三(1)班张伟：…, whatever was asked last; None for other words."""
    wish = wish_to_read(text) if turn.staff is not None else None
    if wish is None:
        return None
    name, reason = wish
    if not reason:
        return Say(say("beyond.ask_reason", name=name))
    draft: Draft = {"do": "beyond", "name": name[:40], "reason": reason[:200]}
    return show(turn, draft, say("beyond.shown", name=name, reason=reason), "label.erasure_ask", "label.drop")


@carries_out("beyond")
def carry_out(turn: Turn, draft: Draft) -> Say:
    """To the leaders; the same is said whether there is such a child or not."""
    assert turn.staff is not None
    student = _meant(turn, draft["name"])
    if student is not None and student.in_reach_of(turn.staff):
        return Say(facts_of(turn, student))
    ReadingRequest.ask(turn.session, turn.staff, student, draft["name"], draft["reason"], turn.now)
    return Say(say("beyond.sent", name=draft["name"]))


def _meant(turn: Turn, typed: str) -> Student | None:
    """The only child of that name; with a class before or behind it, of that class."""
    query = sa.select(Student).where(
        Student.school_id == turn.school.id, Student.left_at.is_(None), sa.literal(typed).contains(Student.name)
    )
    found = [s for s in turn.session.scalars(query).unique() if _fits(s, typed)]
    return found[0] if len(found) == 1 else None


def _fits(student: Student, typed: str) -> bool:
    rest = typed.replace(student.name, "", 1).strip(" 的()（）")
    spelled = class_name(rest) if rest else None
    return not rest or (spelled is not None and spelled.name == student.school_class.name)


@composes("reading.asked")
def asked(notice: Notice) -> Spoken | Silence:
    """Who wants to read of whom and why; where no child can be meant, only that."""
    row = notice.session.get_one(ReadingRequest, notice.row.subject_id)
    if row.state != ASKED:
        return Silence("no_longer_true")
    deeds = (("reading.grant", "label.take"), ("reading.refuse", "label.consent_not"))
    wanted = full(row.student) if row.student else say("beyond.nobody", name=row.name)
    facts = {"teacher": row.person.name, "wanted": wanted, "reason": row.reason}
    text = say("beyond.asked", hours=notice.person.school.policy.reading_hours, **facts)
    taps = [notice.tap(deed, say(label), subject_id=row.id) for deed, label in deeds[0 if row.student else 1 :]]
    return Spoken(text, "alert", _fields(notice, "note_field.reading_asked"), taps, row.student)


@tapped("reading.grant", "reading.refuse")
def tap_answer(turn: Turn, tap: Tap) -> Say:
    row = turn.session.get(ReadingRequest, tap.subject_id)
    if row is None or turn.staff is None:
        raise Nothing(say("unclear.stale_tap"))
    grant = tap.deed == "reading.grant"
    row.answer(turn.session, turn.staff, grant, turn.now)
    return Say(say("beyond.granted_by_you" if grant else "beyond.refused_by_you", teacher=row.person.name))


@composes("reading.answered")
def answered(notice: Notice) -> Spoken | Silence:
    """Until when she may read, or that she may not."""
    row = notice.session.get_one(ReadingRequest, notice.row.subject_id)
    fields = _fields(notice, "note_field.reading_answered")
    if row.state != GRANTED or row.until is None:
        return Spoken(say("beyond.refused", name=row.name), "alert", fields)
    until = when.spoken(row.until, notice.person.school.zone)
    taps = [notice.tap("reading.read", say("label.reading_read"), subject_id=row.id)]
    return Spoken(say("beyond.granted", name=row.name, until=until), "alert", fields, taps)


@tapped("reading.read")
def tap_read(turn: Turn, tap: Tap) -> Say:
    """Looked at again: approved, hers, and not over. That it was read, and by which approval, is kept."""
    row = turn.session.get(ReadingRequest, tap.subject_id)
    if row is None or turn.staff is None or row.student is None or not row.may_read(turn.staff, turn.now):
        raise Nothing(say("beyond.over"))
    return Say(facts_of(turn, row.student, f"approved: request {row.id} by person {row.answered_by_id}"))


def _fields(notice: Notice, note: str) -> dict[str, str]:
    time = when.on_template(notice.now, notice.person.school.zone)
    facts = {"student": say("beyond.somebody"), "time": time, "due": time, "teacher": notice.person.name}
    return facts | {name: say(note) for name in ("note", "count", "task", "form", "purpose")}
