"""What the school's day makes of an hour: lessons, days off, make-up workdays, exams; said only (rulings 9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from handlers import when
from handlers.texts import say
from handlers.times import exams
from handlers.turn import Turn
from handlers.understanding import almanac
from models import class_hours
from models.visit_life import LETTER, PHONE

#: A telephone call is with the parents, and takes no child out of class.
CHILD_NOT_NEEDED = (PHONE, LETTER)
#: Holidays of a school that has not told when its lessons end.
SUMMER = (7, 8)


def remarks(turn: Turn, form: str, moments: Sequence[datetime]) -> str:
    """The lines of a draft about these moments, each once; empty on an ordinary day out of lessons."""
    lines = [line for moment in moments for line in _of_day(turn, moment)]
    taught = [m for m in moments if _in_class(turn, form, m)]
    lines += [say("school_days.class", when=when.spoken(m, turn.school.zone)) for m in taught]
    return "".join("\n" + line for line in dict.fromkeys(lines)) + exams(turn, moments)


def in_class(turn: Turn, form: str, moments: Sequence[datetime]) -> bool:
    """Whether the child would be in class at one of them (B3)."""
    return any(_in_class(turn, form, moment) for moment in moments)


def _of_day(turn: Turn, moment: datetime) -> list[str]:
    day, spoken = turn.local(moment).date(), when.day(moment, turn.school.zone)
    if almanac.make_up_workday(day):
        return [say("school_days.make_up", when=spoken)]
    return [say("school_days.holiday", when=spoken)] if day.weekday() < 5 and almanac.free(day) else []


def _in_class(turn: Turn, form: str, moment: datetime) -> bool:
    begins = turn.local(moment)
    ends = begins + timedelta(minutes=turn.school.policy.minutes(form))
    if form in CHILD_NOT_NEEDED or ends.date() != begins.date() or not _has_lessons(turn, begins.date()):
        return False
    return class_hours.touches(turn.school.policy, begins.time(), ends.time())


def _has_lessons(turn: Turn, day: date) -> bool:
    lessons = turn.school.term(day).lessons_until
    if (day.month in SUMMER) if lessons is None else day > lessons:
        return False
    free = almanac.free(day)
    return day.weekday() < 5 if free is None else not free
