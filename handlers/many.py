"""Many visits called off by one sentence: a class, a day, all of one's own; shown whole, one tap (rulings 1, 8)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from handlers import when
from handlers.drafts import Draft, carries_out, show
from handlers.registry import Nothing, Words
from handlers.texts import say
from handlers.turn import Say, Turn
from models import telling
from models.person import HOMEROOM, LEADERS, Person
from models.school import SchoolClass
from models.student import Student
from models.visit import Visit
from models.visit_life import CONFIRMED, PROPOSED, TEACHER, Actor

MOST = 20  #: a longer list would not be seen whole on a telephone
PARTS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24)}
Span = tuple[datetime, datetime]


def means_many(words: Words) -> bool:
    """Whether the sentence means more than one visit: 全部, 都取消, or a class without a child's name."""
    said = str(words.get("said", ""))
    several = bool(words.get("class")) or any(w in said for w in say("many.words").split())
    return several and not words.get("students") and not words.get("choices")


def cancel_many(turn: Turn, words: Words) -> Say:
    """把我周六的家访都取消"""
    span = span_of(words.get("target_time"))
    found = [v for v in _scope(turn, words) if v.starts_at > turn.now and _within(v, span)]
    if not found:
        raise Nothing(say("many.none"))
    if len(found) > MOST:
        raise Nothing(say("many.too_many", n=len(found), most=MOST))
    lines = [_line(number, visit) for number, visit in enumerate(found, 1)]
    text = "\n".join([say("many.head", n=len(found)), *lines, say("many.foot")])
    draft: Draft = {"do": "cancel_many", "visits": [[v.id, v.steps] for v in found], "why": words.get("said", "")}
    shown = show(turn, draft, text, "label.cancel_yes", "label.cancel_no")
    shown.taps[0].label = say("many.label", n=len(found))
    return shown


def _line(number: int, visit: Visit) -> str:
    return say(
        "many.line",
        number=number,
        time=when.spoken(visit.starts_at, visit.school.zone),
        student=visit.student.name,
        school_class=visit.student.school_class.name,
        teacher=visit.teacher.name,
    )


def _scope(turn: Turn, words: Words) -> list[Visit]:
    """The visits that the speaker may call off, soonest first: of her class, of whom she leads, else her own."""
    query = sa.select(Visit).join(Student, Student.id == Visit.student_id)
    query = query.where(Visit.school_id == turn.school.id, Visit.state.in_((PROPOSED, CONFIRMED)))
    whole = turn.person.leads and say("many.whole_word") in str(words.get("said", ""))
    if words.get("class"):
        here = sa.select(SchoolClass.id).where(
            SchoolClass.school_id == turn.school.id, SchoolClass.name == str(words["class"])
        )
        query = query.where(Student.class_id.in_(here))
    elif not whole:
        query = query.where(Visit.teacher_id == turn.person.id)
    found = turn.session.scalars(query.order_by(Visit.starts_at, Visit.id))
    return [v for v in found if may_call_off(turn.person, v)]


def may_call_off(person: Person, visit: Visit) -> bool:
    """One's own visit, one of one's homeroom class, or of a grade or school that one leads."""
    student = visit.student
    if visit.school_id != person.school_id:
        return False
    return visit.teacher_id == person.id or any(
        (r.name == HOMEROOM and r.class_id == student.class_id)
        or (r.name in LEADERS and r.grade in (None, student.school_class.grade))
        for r in person.roles
    )


def span_of(said: dict[str, Any] | None) -> Span | None:
    """From when to when, on the school's wall clock; none when no time was said; asks rather than guesses."""
    if not said:
        return None
    ranges = [c for c in said.get("candidates") or [] if c.get("end")]
    if said.get("ask") and len(ranges) != 1:
        raise Nothing(say("many.which_days"))
    known = ranges[0] if said.get("ask") else said
    start, part = str(known.get("start") or "T"), known.get("daypart")
    end = str(known.get("end") or start)
    if start.startswith("T") or (part and part not in PARTS):
        raise Nothing(say("many.which_days"))
    if "T" in start:
        return datetime.fromisoformat(start), datetime.fromisoformat(end) + timedelta(minutes=1)
    begin, last = date.fromisoformat(start), date.fromisoformat(end[:10])
    if part and begin == last:
        first, until = PARTS[part]
        return datetime.combine(begin, time(first)), datetime.combine(begin, time(0)) + timedelta(hours=until)
    return datetime.combine(begin, time(0)), datetime.combine(last, time(0)) + timedelta(days=1)


def _within(visit: Visit, span: Span | None) -> bool:
    local = visit.starts_at.astimezone(visit.school.zone).replace(tzinfo=None)
    return span is None or span[0] <= local < span[1]


@carries_out("cancel_many")
def carry_out(turn: Turn, draft: Draft) -> Say:
    """Each family is told once, each teacher of hers; what has changed since it was shown is left alone, and named."""
    gone: list[Visit] = []
    left: list[Visit] = []
    unheard: list[Visit] = []
    for visit_id, steps in draft["visits"]:
        visit = turn.session.get(Visit, visit_id)
        if visit is None:
            continue
        if visit.steps != steps or not may_call_off(turn.person, visit) or visit.starts_at <= turn.now:
            left.append(visit)
            continue
        gone.append(visit)
        if not _called_off(turn, visit, str(draft["why"])):
            unheard.append(visit)
    lines = [say("many.done", n=len(gone))]
    lines += [say("many.done_telephone", names=_names(unheard))] if unheard else []
    lines += [say("many.left", names=_names(left))] if left else []
    return Say("\n".join(lines))


def _called_off(turn: Turn, visit: Visit, why: str) -> int:
    actor = Actor(TEACHER, turn.person.id)
    if visit.state == PROPOSED:
        visit.withdraw(turn.session, actor, turn.now)
    else:
        visit.cancel(turn.session, actor, turn.now, why)
    told = telling.tell_family(turn.session, visit, "visit.cancelled", turn.now)
    if visit.teacher_id != turn.person.id:
        telling.tell_teacher(turn.session, visit, "visit.called_off", turn.now, by=turn.person.id, told=bool(told))
    return told


def _names(visits: list[Visit]) -> str:
    return say("list.and").join(
        say("name.student", name=v.student.name, school_class=v.student.school_class.name) for v in visits
    )
