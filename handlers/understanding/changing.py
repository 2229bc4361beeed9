"""Which visit is meant, and what becomes of it: moved or called off."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from handlers.understanding.context import OpenVisit
from handlers.understanding.hours import PART_ENDS
from handlers.understanding.moment import Moment
from handlers.understanding.normalise import pattern
from handlers.understanding.numerals import number
from handlers.understanding.pieces import Ground
from handlers.understanding.reading import Reading
from handlers.understanding.slots import form_of, who
from handlers.understanding.utterance import Utterance


def fits(visit: OpenVisit, moment: Moment) -> bool:
    """Whether the visit is one that 周六, 三点 or 周五晚上 can mean."""
    if visit.start is None:
        return False
    if moment.ask and not moment.candidates:
        return False
    readings = moment.candidates or (moment,)
    return any(_fits(visit.start, each) for each in readings)


def _fits(start: datetime, moment: Moment) -> bool:
    said = moment.start
    if isinstance(said, datetime):
        return said == start or (
            moment.confirm and said.date() == start.date() and _same_clock(said.hour, said.minute, start)
        )
    if isinstance(said, time):
        return _same_clock(said.hour, said.minute, start)
    if isinstance(moment.end, date) and isinstance(said, date):
        return said <= start.date() <= moment.end
    if moment.day is None or moment.day != start.date():
        return False
    return not moment.daypart or _part(start) == moment.daypart


def _same_clock(hour: int, minute: int, start: datetime) -> bool:
    return (hour % 12, minute) == (start.hour % 12, start.minute)


def _part(start: datetime) -> str:
    at = start.hour * 60 + start.minute
    return next(part for part in ("morning", "noon", "afternoon", "evening", "night") if at < PART_ENDS[part])


def target(said: Utterance, named: Moment) -> tuple[list[OpenVisit], bool]:
    """The visits meant, and whether anything pointed at them."""
    context = said.context
    students = {each.name for mention in said.mentioned for each in mention.students}
    visits = list(context.visits)
    pointed = bool(students) or not named.none or any(each.kind == "unknown" for each in said.names)
    if students:
        visits = [each for each in visits if each.student in students]
    if not named.none:
        fitting = [each for each in visits if fits(each, named)]
        visits = fitting if fitting or not students else visits
    if not pointed and context.visit is not None:
        return [context.visit], True
    return visits, pointed


def changed_to(said: Utterance, ground: Ground) -> Moment:
    """周五晚上改到周六晚上: what stands before the change names the visit, what stands behind it the new time."""
    turn = pattern("changing.to").search(said.masked)
    named = said.moment(0, turn.start()) if turn else Moment(none=True)
    if turn is None or named.none or (ground.base and not fits(OpenVisit(start=ground.base), named)):
        return said.moment(ground=ground)
    unseen = ground.base is None
    if unseen and isinstance(named.start, datetime):
        ground = replace(ground, base=named.start, keep=True)
    after = said.moment(turn.end(), ground=ground)
    if after.none:
        return said.moment(ground=ground)
    # Nobody knows the visit that is moved, so the new time is said back.
    return replace(after, confirm=True) if unseen and after.bookable else after


def reschedule(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    if _elsewhere(said) or _passed_on(said, match):
        return None
    slots, ask = who(said)
    turn = pattern("changing.to").search(said.masked)
    before_end = turn.start() if turn else len(said.text)
    named = said.moment(0, before_end) if turn else _target_of_shift(said)
    unsaid = pattern("changing.unsaid").search(said.masked)
    if unsaid is not None:
        named = said.moment(0, unsaid.start())
    visits, _ = target(said, named)
    base = visits[0].start if len(visits) == 1 else None
    if detail == "open" and not visits:
        return None
    moment = destination(said, base) if unsaid is None else said.moment(unsaid.end())
    if turn and moment.none and named.none is False and not visits:
        moment, named = named, Moment(none=True)
    together = _together(slots, visits, moment)
    if together is not None:
        return Reading("reschedule", slots | together, ask)
    form = _form_instead(said, match)
    slots.update(_pointing(named, visits))
    if not moment.none:
        slots["time"] = moment
    if form:
        slots["form"] = form
    if len(visits) != 1 and "student_ambiguous" not in ask:
        ask = (*ask, "target")
    if not moment.bookable and not (form and moment.none):
        ask = (*ask, "time")
    return Reading("reschedule", slots, ask)


def _form_instead(said: Utterance, match: re.Match[str]) -> str:
    """改电话吧，视频老卡: the form named right behind the change; 李雷的电话改到周五 names none."""
    behind = re.search(r"(?:改|换)(?P<what>[^,。;! ]{0,10})", said.shape)
    if behind is None:
        return ""
    form = form_of(behind["what"])
    if form or re.search(r"(?:电话|视频|上门|入户).{0,8}(?:改|换)", said.shape):
        return form
    return form_of(said.shape[match.start() :])


def destination(said: Utterance, base: datetime | None) -> Moment:
    """Where the visit that begins at `base` is to go: the words after 改到, or 推迟一天."""
    turn = pattern("changing.to").search(said.masked)
    shift = next((each for each in said.times if each.kind == "shift"), None)
    start = turn.end() if turn else shift.start if shift else 0
    return said.moment(start, ground=said.ground(base, keep=True))


def _together(slots: dict[str, Any], visits: list[OpenVisit], moment: Moment) -> dict[str, Any] | None:
    """张小明和刘洋家都推到下周六，时间不变: each one visit, moved to the same day, where each keeps its hour."""
    students = [each.name for each in slots.get("students", [])]
    one_each = len(visits) > 1 and sorted(each.student for each in visits) == sorted(students)
    day = moment.partial.get("date") if moment.ask == "vague_time" else ""
    if day and one_each:
        moment = Moment(date.fromisoformat(day), granularity="date", confirm=True)
    if not one_each or moment.granularity != "date" or moment.daypart or moment.ask:
        return None
    return {"target_visits": [each.id for each in visits], "time": moment}


def _target_of_shift(said: Utterance) -> Moment:
    """周六的家访推迟一小时: the day names the visit, the shift its new hour."""
    shift = next((each for each in said.times if each.kind == "shift"), None)
    return said.moment(0, shift.start) if shift else Moment(none=True)


def _pointing(named: Moment, visits: list[OpenVisit]) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    if not named.none:
        slots["target_time"] = named
    if len(visits) == 1:
        slots["target_visits"] = [visits[0].id]
    return slots


def _called_off(said: Utterance) -> Moment:
    """20号上午的取消，下午的留着: the time of what is called off, not of what stays."""
    kept = pattern("changing.kept").search(said.text)
    before = said.moment(0, kept.start()) if kept else Moment(none=True)
    return said.moment() if before.none else before


def _put_off(said: Utterance, match: re.Match[str]) -> bool:
    """周五去不成，下周一晚上七点再去: a clause behind the calling off names the new time."""
    later = pattern("changing.after_all").search(said.text, said.place(match.end()))
    return later is not None and not pattern("changing.kept").search(said.text) and said.moment(later.start()).bookable


def _all_but(said: Utterance, slots: dict[str, Any], ask: tuple[str, ...]) -> Reading:
    """除了梁爽，其他的都取消: whoever is named stays."""
    stay = {each.name for each in slots["students"]}
    visits = [each.id for each in said.context.visits if each.student not in stay]
    slots = {key: each for key, each in slots.items() if key != "students"}
    if not visits:
        return Reading("cancel", slots, (*ask, "target"))
    return Reading("cancel", {**slots, "target_visits": visits}, (*ask, "confirm"))


def _elsewhere(said: Utterance) -> bool:
    """家长会推迟了, 孙悦不去春游了, 要是下雨就取消: no visit is changed, or not yet."""
    other = pattern("changing.elsewhere").search(said.shape) or pattern("changing.event_off").search(said.text)
    if other and not pattern("changing.of_a_visit").search(said.shape):
        return True
    return bool(pattern("changing.not_yet").search(said.shape))


def _passed_on(said: Utterance, match: re.Match[str]) -> bool:
    """给周日要去的几家都发一条：我可能晚到十分钟: the change stands in words for others."""
    told = pattern("changing.passed_on").search(said.shape)
    return told is not None and told.end() <= match.start()


def cancel(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    if _elsewhere(said) or _passed_on(said, match):
        return None
    slots, ask = who(said)
    kept = pattern("changing.all_but").search(said.shape)
    if kept is not None and slots.get("students"):
        return _all_but(said, slots, ask)
    if _put_off(said, match):
        return reschedule(said, "reschedule", match, detail)
    named = _called_off(said)
    visits, _ = target(said, named)
    count = pattern("changing.count").search(said.text)
    everything = bool(pattern("changing.everything").search(said.text)) or (
        count is not None and number(count["n"].replace("两", "二")) == len(visits)
    )
    if not named.none:
        slots["target_time"] = named
    if len(visits) == 1 or (
        (everything or len({each.student for each in visits}) == len(slots.get("students", [])) > 1) and visits
    ):
        slots["target_visits"] = [each.id for each in visits]
    elif "student_ambiguous" not in ask:
        ask = (*ask, "target")
    return Reading("cancel", slots, ask)
