"""A family wants its data erased: it reads what would happen, the school hears it; nothing is erased by the chat."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import when
from handlers.announce import Notice, Silence, composes
from handlers.announce import Words as Spoken
from handlers.family_views import children_of
from handlers.pupils import full
from handlers.registry import GUARDIAN, Nothing, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models.conversation import Tap
from models.erasure import Erasure
from models.notification import Owed, owe
from models.person import PRINCIPAL, STUDENT_AFFAIRS, Person
from models.student import Student


@command(GUARDIAN, "erase_data")
def wanted(turn: Turn, words: Words) -> Say:
    """删除我们的资料"""
    children = children_of(turn)
    if not children:
        raise Nothing(say("list.none_family"))
    several = len(children) > 1
    taps = [
        turn.tap("erasure.ask", say("erasure.of" if several else "label.erasure_ask", student=c.name), c.id)
        for c in children
    ]
    names = say("list.and").join(c.name for c in children)
    text = say("erasure.shown", children=names, days=turn.school.policy.erasure_answer_days)
    return Say(text, [*taps, turn.tap("erasure.leave", say("label.stop_not"))])


@tapped("erasure.leave")
def tap_leave(turn: Turn, tap: Tap) -> Say:
    return Say(say("erasure.left"))


@tapped("erasure.ask")
def tap_ask(turn: Turn, tap: Tap) -> Say:
    """Goes to student affairs and the homeroom teacher, once."""
    child = next((c for c in children_of(turn) if c.id == tap.subject_id), None)
    if child is None:
        raise Nothing(say("unclear.stale_tap"))
    guardian = next(p for p in turn.family if p.school_id == child.school_id)
    fresh = Erasure.ask(turn.session, child, guardian.id, turn.now)
    row = Erasure.of(turn.session, child)
    if fresh:
        _pass_on(turn, row, child)
    until = when.day(_until(row), turn.zone)
    return Say(say("erasure.sent" if fresh else "erasure.sent_before", student=child.name, until=until))


def _pass_on(turn: Turn, row: Erasure, child: Student) -> None:
    affairs = Person.with_role(turn.session, child.school_id, STUDENT_AFFAIRS)
    told = affairs or Person.with_role(turn.session, child.school_id, PRINCIPAL)
    homeroom = Person.homeroom_of(turn.session, child.class_id)
    ids = {p.id for p in (*told, homeroom) if p is not None}
    owe(turn.session, [Owed(child.school_id, "erasure.asked", row.id, p, turn.now) for p in sorted(ids)], turn.now)


def _until(row: Erasure) -> datetime:
    """By when the family has its answer (rel.L6)."""
    assert row.asked_at is not None
    return row.asked_at + timedelta(days=row.student.school.policy.erasure_answer_days)


@composes("erasure.asked")
def asked(notice: Notice) -> Spoken | Silence:
    """Who asks for which child, by when there must be an answer, and that it is done at the office."""
    row = notice.session.get_one(Erasure, notice.row.subject_id)
    if row.done_at is not None:
        return Silence("no_longer_true")
    child = row.student
    tie = next((tie for tie in child.guardianships if tie.person_id == row.asked_by_id), None)
    zone = notice.person.school.zone
    until = when.day(_until(row), zone)
    text = say("erasure.asked", full=full(child), relation=tie.relation if tie else "", until=until)
    return Spoken(text, "alert", _fields(notice, child.name, "note_field.erasure_asked"), [], child)


@composes("erasure.visit", "erasure.one_of")
def called_off(notice: Notice) -> Spoken | Silence:
    """Who was to go there: the hour says which visit it was, no name does."""
    visit = notice.visit()
    alone = notice.row.kind == "erasure.visit"
    facts = {"time": when.spoken(visit.starts_at, visit.school.zone), "form": say(f"form.{visit.form}")}
    if not alone:
        facts["students"] = say("list.and").join(full(child) for child in visit.students)
    text = say("erasure.visit" if alone else "erasure.one_of", **facts)
    return Spoken(text, "alert", _fields(notice, say("erasure.nobody"), "note_field.erased"))


def _fields(notice: Notice, student: str, note: str) -> dict[str, str]:
    time = when.on_template(notice.now, notice.person.school.zone)
    facts = {"student": student, "time": time, "due": time, "teacher": notice.person.name}
    return facts | {name: say(note) for name in ("note", "count", "task", "form", "purpose")}
