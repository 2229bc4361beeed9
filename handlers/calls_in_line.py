"""The answers of several calls, written in one line by the numbers of the list (rulings 25)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.booking import visit_facts
from handlers.calling import numbers_seen, show_answers
from handlers.offered import numbered
from handlers.reach import open_visit
from handlers.texts import say
from handlers.times import aware
from handlers.turn import Say, Turn
from handlers.understanding import Context, OpenVisit, read, read_moment
from models.visit import Visit
from models.visit_life import GUARDIAN

ANSWERS = ("reminded", "unanswered", "no", "move", "yes", "slot")


def said_of_calls(turn: Turn, text: str) -> Say | None:
    """1同意 2改到周日上午10点 3没打通: the answers of several calls in one line, shown before they are entered."""
    said = parts(text)
    seen = numbers_seen(turn) if said else []
    if not seen:
        return None
    # The numbers hold while the line is written once more.
    turn.memory["calls"] = seen
    entries: list[dict[str, object]] = []
    for number, answer, rest in said:
        if not 1 <= number <= len(seen) or any(e["number"] == number for e in entries):
            return Say(say("calls.which_number", number=number))
        entry = _entry(turn, number, seen[number - 1], (answer, rest))
        if isinstance(entry, Say):
            return entry
        entries.append(entry)
    return show_answers(turn, entries)


def _entry(turn: Turn, number: int, seen: Sequence[int], said: tuple[str, str]) -> dict[str, object] | Say:
    """One answer as it is entered, or what about it has to be said once more."""
    (visit_id, steps), (answer, rest) = seen, said
    visit = turn.session.get(Visit, visit_id)
    if visit is None or visit.teacher_id != turn.person.id or visit.steps != steps:
        return Say(say("calls.number_changed", number=number))
    entry: dict[str, object] = {"number": number, "visit": visit_id, "steps": steps, "answer": answer}
    if answer == "slot" or (answer == "yes" and visit.asked == GUARDIAN and len(visit.slots) > 1):
        slot = _slot(turn, visit, rest)
        key = "calls.number_which_slot" if len(visit.slots) > 1 else "calls.number_time"
        return entry | {"answer": "slot", "slot": slot} if slot else Say(say(key, number=number, **visit_facts(visit)))
    if answer == "move":
        time = _time(turn, visit, rest)
        if time is None:
            return Say(say("calls.number_time", number=number))
        entry["starts_at"] = time
    if answer == "no" and visit.asked != GUARDIAN:
        return Say(say("calls.number_settled", number=number, **visit_facts(visit)))
    return entry


def _slot(turn: Turn, visit: Visit, words: str) -> str | None:
    """第二个, 周日那个: which of several times on the table, as a family would say it."""
    options = numbered(visit)
    context = Context(role="guardian", pending="offer", options=options, visit=open_visit(visit, visit.offer_starts_at))
    chosen = read(words.strip(" ，,。;；、"), turn.local().replace(tzinfo=None), context)
    at = dict(zip(options, visit.slots, strict=True)).get(str(chosen.slots.get("value")))
    return at.isoformat() if len(visit.slots) > 1 and chosen.intent == "choice" and at else None


def parts(text: str) -> list[tuple[int, str, str]]:
    """Number, answer, and what follows it; nothing when any part of the line is of another kind."""
    words = {answer: say(f"calls.words_{answer}").split() for answer in ANSWERS}
    known = {word: answer for answer, them in words.items() for word in them}
    any_word = "|".join(re.escape(w) for w in sorted(known, key=len, reverse=True))
    begins = list(re.finditer(rf"(?:^|(?<=[\s,，、;；。]))(\d{{1,2}})\s*[.、:：]?\s*({any_word})", text.strip()))
    if not begins or begins[0].start() != 0:
        return []
    ends = [m.start() for m in begins[1:]] + [len(text)]
    found = []
    for match, end in zip(begins, ends, strict=True):
        answer = known[match[2]]
        # 周日那个: the word belongs to what it names.
        start = match.start(2) if answer == "slot" else match.end()
        found.append((int(match[1]), answer, text.strip()[start:end]))
    return found


def _time(turn: Turn, visit: Visit, rest: str) -> str | None:
    zone = turn.school.zone
    shown = OpenVisit(start=(visit.offer_starts_at or visit.starts_at).astimezone(zone).replace(tzinfo=None))
    found = read_moment(rest, turn.local().replace(tzinfo=None), Context(role="teacher", visit=shown))
    start = found.as_json().get("start") if found.bookable else None
    return aware(turn, start).isoformat() if start else None
