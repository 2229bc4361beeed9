"""A time that is not yet whole, and what is said to make it whole: its day and its hour may come apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from handlers.registry import Words
from handlers.texts import has, say
from handlers.turn import Turn
from handlers.understanding import Context, Moment, read_moment
from handlers.understanding.several import times_in

TIMES = ("time", "target_time", "follow_up_time")


def fill_time(turn: Turn, words: Words, slot: str, text: str, context: Context) -> bool:
    """Puts the answer to a question about time into the words; False when it names none."""
    now, known = turn.local().replace(tzinfo=None), words.get(slot) or {}
    days = known_days(known)
    context = replace(context, days=days)
    found = read_moment(text, now, context)
    if found.none:
        return False
    if not found.bookable or _only_the_hour(known, text, now, context):
        found = _joined(known, text, now, context) or found
    told = written(turn, found, text, context)
    if days and not known_day(told) and not told.get("candidates"):
        told["days"] = [day.isoformat() for day in days]
    words[slot] = told
    return True


def _only_the_hour(known: dict[str, Any], text: str, now: datetime, context: Context) -> bool:
    """Whether an hour answers for the day that was said before it, and not for that of the visit under discussion."""
    return bool(known_day(known)) and read_moment(text, now, replace(context, visit=None)).day is None


def picked(known: dict[str, Any], value: str) -> dict[str, Any]:
    """A tapped day or moment; the hour that was said before goes with the day."""
    clock = known_clock(known)
    if "T" not in value and clock:
        return {"start": value + clock, "granularity": "datetime", "confirm": True}
    return {"start": value, "granularity": "datetime" if "T" in value else "date"}


def written(turn: Turn, moment: Moment, text: str, context: Context) -> dict[str, Any]:
    """The moment as the reader writes it down; of several times that were said, all."""
    plain = moment.as_json()
    if moment.ask != "multiple":
        return plain
    several = times_in(text, turn.local().replace(tzinfo=None), context)
    if not several:
        return plain
    starts = [each.as_json()["start"] for each in several]
    return plain | {"starts": starts, "confirm": any(each.confirm for each in several)}


def _joined(known: dict[str, Any], text: str, now: datetime, context: Context) -> Moment | None:
    """What was known and what is said now, read as one sentence: a day and its hour may come apart."""
    day, clock = known_day(known), known_clock(known)
    if day:
        on = date.fromisoformat(day)
        spoken, part = say("when.date", month=on.month, day=on.day), f"when.{_part(known)}"
        joined = read_moment(spoken + (say(part) if has(part) else "") + text, now, context)
        # Another part of the day than the one before: the last word counts.
        joined = joined if joined.bookable else read_moment(spoken + text, now, context)
    elif clock:
        joined = read_moment(text + clock, now, context)
    else:
        return None
    return None if joined.none else joined


def known_day(time: dict[str, Any]) -> str | None:
    """The one day of an unfinished time, as YYYY-MM-DD."""
    start = time.get("start")
    if start and not time.get("ask") and not start.startswith("T"):
        return str(start)[:10]
    day = (time.get("partial") or {}).get("date")
    return str(day) if day else None


def known_clock(time: dict[str, Any]) -> str | None:
    """The hour of an unfinished time, as THH:MM."""
    start, clock = time.get("start") or "", (time.get("partial") or {}).get("time")
    return start if start.startswith("T") else f"T{clock}" if clock else None


def known_days(time: dict[str, Any]) -> tuple[date, date] | None:
    """The first and last of the days of which one is meant (下周, 月底), however little of it is said."""
    if time.get("days"):
        return date.fromisoformat(time["days"][0]), date.fromisoformat(time["days"][1])
    candidates = time.get("candidates") or []
    if time.get("ask") != "vague_day" or len(candidates) != 1 or not candidates[0].get("end"):
        return None
    first, last = candidates[0]["start"], candidates[0]["end"]
    return None if "T" in first else (date.fromisoformat(first), date.fromisoformat(last))


def days_to_choose(time: dict[str, Any], today: date) -> list[str]:
    """The days of a week that was named, as YYYY-MM-DD; none when there are too many to choose from."""
    days = known_days(time)
    if days is None or days[1] - days[0] > timedelta(days=6):
        return []
    first = max(days[0], today)
    return [(first + timedelta(days=n)).isoformat() for n in range((days[1] - first).days + 1)]


def _part(time: dict[str, Any]) -> str:
    """The part of the day that goes with a known day."""
    return str(time.get("daypart") or (time.get("partial") or {}).get("daypart") or "")
