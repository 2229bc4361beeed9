"""Which visits a sentence about many means: a class, a day, all of one's own, those of a colleague."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from handlers import pupils, when
from handlers.registry import Nothing, Words
from handlers.texts import say
from handlers.turn import Turn
from models.charge import in_charge
from models.person import Person
from models.school import SchoolClass
from models.student import Student
from models.visit import Visit
from models.visit_life import CONFIRMED, PROPOSED

MOST = 20  #: a longer list would not be seen whole on a telephone
PARTS = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24)}
Span = tuple[datetime, datetime]


def means_many(words: Words) -> bool:
    """Whether the sentence means more than one visit: 全部, 都取消, or a class without a child's name."""
    several = bool(words.get("class")) or says_many(str(words.get("said", "")))
    return several and not words.get("students") and not words.get("choices")


def says_many(text: str) -> bool:
    """全部, 都改到 …"""
    return any(word in text for word in say("many.words").split())


def scope(turn: Turn, words: Words) -> list[Visit]:
    """The visits that the speaker is in charge of, soonest first: of her class, of whom she leads, else her own."""
    query = sa.select(Visit).where(Visit.school_id == turn.school.id, Visit.state.in_((PROPOSED, CONFIRMED)))
    whole = turn.person.leads and say("many.whole_word") in str(words.get("said", ""))
    if words.get("class"):
        child = Visit.children()
        here = sa.select(child.c.visit_id).join(Student, Student.id == child.c.student_id).join(SchoolClass)
        here = here.where(SchoolClass.school_id == turn.school.id, SchoolClass.name == str(words["class"]))
        query = query.where(Visit.id.in_(here))
    elif not whole:
        query = query.where(Visit.teacher_id == turn.person.id)
    found = turn.session.scalars(query.order_by(Visit.starts_at, Visit.id))
    return [v for v in found if in_charge(turn.person, v)]


def of_teacher(turn: Turn, words: Words, whose: Person) -> list[Visit]:
    """Of this teacher's visits to come those that the sentence means and the speaker is in charge of."""
    span, named = span_of(words.get("target_time")), [*(words.get("students") or []), *(words.get("choices") or [])]
    found = [v for v in Visit.of_teacher(turn.session, whose, PROPOSED, CONFIRMED) if v.starts_at > turn.now]
    found = [v for v in found if in_charge(turn.person, v) and within(v, span)]
    if words.get("class"):
        found = [v for v in found if words["class"] in {s.school_class.name for s in v.students}]
    return [v for v in found if not named or v.is_of(named)]


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


def within(visit: Visit, span: Span | None) -> bool:
    """Whether it begins in that span of the school's wall clock."""
    local = visit.starts_at.astimezone(visit.school.zone).replace(tzinfo=None)
    return span is None or span[0] <= local < span[1]


def line(number: int, visit: Visit) -> str:
    """One visit of a list, with whose it is."""
    return say(
        "many.line",
        number=number,
        time=when.spoken(visit.starts_at, visit.school.zone),
        student=pupils.all_names(visit.students),
        school_class=pupils.all_classes(visit.students),
        teacher=visit.teacher.name,
    )


def names(visits: Sequence[Visit]) -> str:
    """张小明（三(2)班）、李雷（三(2)班）."""
    return say("list.and").join(
        say("name.student", name=pupils.all_names(v.students), school_class=pupils.all_classes(v.students))
        for v in visits
    )
