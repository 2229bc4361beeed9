"""From words about time to one hour, or to the one question that is still open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers import when
from handlers.registry import Missing, Words
from handlers.texts import has, say
from handlers.time_slot import days_to_choose, known_day
from handlers.turn import Turn
from models.visit_slots import in_order


def settled(turn: Turn, words: Words, slot: str = "time", question: str = "ask.time") -> tuple[datetime, bool]:
    """The hour that was said, and whether any of it was inferred; `Missing` while it is not one hour."""
    time: dict[str, Any] = words.get(slot) or {}
    start = time.get("start")
    if start and not time.get("ask") and "T" in start[1:]:
        inferred = bool(time.get("confirm")) or bool(time.get("end"))
        return aware(turn, start), inferred
    raise Missing(slot, _question(turn, time, question), _choices(turn, time))


def offered(turn: Turn, words: Words) -> tuple[list[datetime], bool]:
    """The hours that a family may choose from, soonest first: mostly one, up to three (rulings 7)."""
    time: dict[str, Any] = words.get("time") or {}
    if not time.get("starts"):
        starts_at, inferred = settled(turn, words)
        return [starts_at], inferred
    return in_order(aware(turn, start) for start in time["starts"]), bool(time.get("confirm"))


def aware(turn: Turn, naive: str) -> datetime:
    """A naive time of the school's zone as a moment."""
    return datetime.fromisoformat(naive).replace(tzinfo=turn.school.zone)


def _question(turn: Turn, time: dict[str, Any], question: str) -> str:
    reason, day = time.get("ask"), known_day(time)
    if reason and has(f"ask_time.{reason}"):
        return say(f"ask_time.{reason}")
    if day:
        return say("ask_time.hour", day=when.day(aware(turn, day + "T12:00"), turn.school.zone))
    if (time.get("start") or "").startswith("T"):
        return say("ask_time.no_day")
    return say(question)


def _choices(turn: Turn, time: dict[str, Any]) -> list[tuple[str, str]]:
    days = days_to_choose(time, turn.local().date())
    found = days or time.get("starts") or _single(time.get("candidates") or [])
    zone = turn.school.zone
    labels = []
    for start in found[: len(days) or 5]:
        whole = "T" in start
        moment = aware(turn, start if whole else start + "T12:00")
        labels.append((when.spoken(moment, zone) if whole else when.day(moment, zone), start))
    return labels


def _single(candidates: Sequence[dict[str, Any]]) -> list[str]:
    return [c["start"] for c in candidates if c.get("start", "T")[0] != "T" and c.get("granularity") != "range"]


def soon(turn: Turn, moment: datetime) -> bool:
    """Sooner than the school announces visits (B1): said, never blocked."""
    return moment - turn.now < timedelta(days=turn.school.policy.announce_days)


def exams(turn: Turn, moments: Sequence[datetime]) -> str:
    """A line on exams of the school's calendar that are written on one of these days; empty when there are none."""
    found = {turn.local(moment).date(): moment for moment in moments}
    names = [(moment, name) for day, moment in found.items() if (name := turn.school.calendar.exam(day))]
    return "".join("\n" + say("book.exams", day=when.day(m, turn.school.zone), name=name) for m, name in names)
