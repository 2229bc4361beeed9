"""What is said outright, as an intent: looked for before the tables, as the bot does, where a visit makes it likely."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.understanding.context import Context, OpenVisit
from handlers.understanding.outright import (
    calls_for_help,
    cut_short,
    heard_on_the_phone,
    is_safe,
    minutes_late,
    puts_survey_off,
    resumes_survey,
    survey_change,
)
from handlers.understanding.reader import read, read_moment
from handlers.understanding.reading import Reading

#: So long before and after its hour a visit can be the one that somebody is on.
BEFORE, AFTER = timedelta(hours=1), timedelta(hours=4)
#: Minutes; who is later than that should ask for another time.
LONGEST = 180


def read_outright(text: str, now: datetime, context: Context) -> Reading | None:
    """The intent of what is never an answer to a question: sos, late, heard_by_phone and so on; `now` is aware."""
    at = now.replace(tzinfo=None)
    if context.role == "guardian":
        return _of_the_survey(text, context) or _late(text, "family", at, _family_visits(context))
    near = [each for each in context.visits if each.start and each.start - BEFORE <= at <= each.start + AFTER]
    if near and calls_for_help(text):
        return Reading("sos", {"text": text.strip()})
    if near and is_safe(text):
        return Reading("all_clear")
    if near and cut_short(text):
        return Reading("check_out")
    return _late(text, "teacher", at, context.visits) or _by_phone(text, now, context)


def _family_visits(context: Context) -> tuple[OpenVisit, ...]:
    return (context.confirmed,) if context.confirmed else ()


def _late(text: str, part: str, at: datetime, visits: tuple[OpenVisit, ...]) -> Reading | None:
    """Late for the one visit of today; otherwise it is about something else."""
    minutes = minutes_late(text, part)
    today = [each for each in visits if each.start and each.start.date() == at.date()]
    if minutes is None or not 0 < minutes <= LONGEST or len(today) != 1:
        return None
    return Reading("late", {"minutes": minutes})


def _by_phone(text: str, now: datetime, context: Context) -> Reading | None:
    """张小明妈妈电话里同意了: of the one child who is named and has a visit."""
    heard = heard_on_the_phone(text)
    reading = read(text, now, context) if heard else None
    if heard is None or reading is None:
        return None
    students = reading.slots.get("students", [])
    doubtful = any(each.startswith("student") for each in reading.ask)
    if len(students) != 1 or doubtful or students[0].name not in [each.student for each in context.visits]:
        return None
    answer, words = heard
    moment = read_moment(words, now) if words else None
    if moment is not None and moment.none:
        return None
    time = {} if moment is None else {"time": moment}
    return Reading(
        "heard_by_phone",
        {"students": students, "value": answer, **time},
        ("time",) if moment and not moment.bookable else (),
    )


def _of_the_survey(text: str, context: Context) -> Reading | None:
    if resumes_survey(text):
        return Reading("survey_resume")
    if context.pending == "survey" and puts_survey_off(text):
        return Reading("delay")
    change = survey_change(text)
    if change is None:
        return None
    which, what = change
    return Reading("survey_change", ({} if which is None else {"number": which}) | ({"value": what} if what else {}))
