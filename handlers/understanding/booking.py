"""Visits that a teacher asks for: one, a round of several, or for a colleague."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from handlers.understanding.company import company
from handlers.understanding.moment import Moment
from handlers.understanding.names import Mention
from handlers.understanding.normalise import pattern, table, whole
from handlers.understanding.pieces import Piece
from handlers.understanding.reading import Reading
from handlers.understanding.slots import form_of, purpose, who
from handlers.understanding.utterance import Utterance, narrowed

REASON = re.compile(r"谈|聊|说说|沟通|了解|因为|关于|反映|商量|解决|讲讲|为了|他|她|孩子|作业|成绩|最近|昨天")


def book(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """A visit of one's own; 周六下午三点替李老师上门看孙悦 is for her."""
    own = _visit(said, name, match, detail)
    return proxy(said, name, match, detail) if own and pattern("slots.in_place_of").search(said.shape) else own


def _visit(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """None when neither a child nor a time was named, or when it is something else about a visit."""
    if _guarded(said, match):
        return None
    slots, ask = who(said)
    moment = _when(said)
    if (detail == "ahead" and not said.ahead) or (detail == "round" and moment.bookable and not said.ahead):
        return None
    if not slots and moment.none and not re.search(r"约|预约|安排|想|要|去|新建|发起|^家访$", said.shape):
        return None
    slots.update(_around(said))
    students = slots.get("students", [])
    doubled = {each.said for each in said.mentioned if len(narrowed(each, said.class_name)) > 1}
    several = len(students) + len(doubled) > 1
    if several:
        if len(set(re.findall("入户|上门|电话|视频|来校", said.text))) > 1:
            # 吴昊电话，孙悦入户: one form does not fit both.
            slots.pop("form", None)
        items = _round(said)
        if items:
            slots.pop("students")
            slots["items"] = items
            doubtful = [each for each in items if not each["time"].bookable]
            return Reading("batch_book", slots, (*ask, "time") if doubtful else ask)
    if not moment.none:
        slots["time"] = moment
    if not moment.bookable and not (moment.granularity == "range" and moment.ask is None and moment.day is not None):
        ask = (*ask, "time")
    if not students and not ask_about_student(ask):
        ask = ("student", *ask)
    return Reading("batch_book" if several else "book", slots, ask)


@cache
def _guard(name: str) -> re.Pattern[str]:
    return re.compile(whole(table("teacher")["guard"][name]))


@cache
def _open() -> re.Pattern[str]:
    """哪天还没定, which is no denial of the visit."""
    return re.compile(whole(table("teacher")["words"]["open"]))


def _guarded(said: Utterance, match: re.Match[str]) -> bool:
    """Whether it only sounds like a command."""
    shape = said.shape
    if not said.ahead and _told(said):
        return True
    here = _open().sub("", _clause(shape, match))
    return bool(_guard("not_book").search(_open().sub("", shape)) or _guard("not_book_here").search(here))


def _told(said: Utterance) -> bool:
    """昨天去张小明家，他爸不在, 家访陈晨的要点：…: a story of a visit that has been."""
    return bool(_guard("told").search(said.shape) or pattern("changing.gone").search(said.masked))


def _clause(shape: str, match: re.Match[str]) -> str:
    """The clause that the command stands in: 今天下午5点去张小明家，孩子没来上学 is a visit with its reason.

    Where the command runs on from an earlier clause, only what stands beside its time: 孩子没来上学，今天下午5点去他家.
    """
    begin = max(match.start(), shape.rfind("W", match.start(), match.end()))
    start = max(shape.rfind(each, 0, begin + 1) for each in ",。;!") + 1
    ends = [at for each in ",。;!" if (at := shape.find(each, match.end())) >= 0]
    return shape[start : min(ends, default=len(shape))]


def ask_about_student(ask: tuple[str, ...]) -> bool:
    return any(each.startswith("student") for each in ask)


def proxy(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """Booked for a colleague, who is named after 代 or 替."""
    colleague = next((each.said for each in said.names if each.kind == "teacher"), "")
    if re.search("取消|签到|记录", said.shape) or ("登记" in said.shape and not said.has_time):
        known, doubts = who(said)
        return Reading("proxy", {**known, "on_behalf_of": colleague}, doubts)
    reading = _visit(said, name, match, detail)
    slots: dict[str, Any] = dict(reading.slots) if reading else {}
    slots.pop("companions", None)
    slots.pop("guests", None)
    return Reading("proxy", {**slots, "on_behalf_of": colleague}, reading.ask if reading else ("student", "time"))


def _around(said: Utterance) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    form, why, colleagues = form_of(said.shape), purpose(said), company(said)
    if not form and pattern("slots.at_home").search(said.shape):
        form = "入户"
    if form:
        slots["form"] = form
    if why:
        slots["purpose"] = why
    slots |= {name: names for name, names in colleagues._asdict().items() if names}
    length = re.search(r"每[家户](\d{1,3}|[一二三四五六七八九十]{1,3})分钟|每[家户](半)个?小时", said.text)
    if length:
        from handlers.understanding.numerals import number

        slots["minutes"] = 30 if length[2] else number(length[1])
    return slots


def _when(said: Utterance) -> Moment:
    """The time of the visit, not the one that its reason speaks of."""
    whole = said.moment()
    if whole.bookable or len(said.times) < 2:
        return whole
    reason = pattern("slots.purpose").search(said.shape) or REASON.search(said.shape)
    if reason is not None:
        before = said.moment(0, said.place(reason.start()))
        if before.bookable:
            return before
    return whole


def _round(said: Utterance) -> list[dict[str, Any]]:
    """Several homes with a time each: 九点去张小明家，十点半去李雷家. Empty when they share one time."""
    named = [each for each in said.mentioned if len(narrowed(each, said.class_name)) == 1]
    kinds = ("hour", "day", "part")
    marks = [[each for each in said.times if each.kind == kind] for kind in kinds]
    telling = next((each for each in marks if len(each) == len(named)), None)
    if telling is None or len(named) < 2 or (telling is marks[2] and marks[0] and not _in_turn(telling, named)):
        return []
    first = telling[0]
    if telling is marks[0] and telling[-1].start < named[0].start and telling[1].start < named[0].start:
        return _listed(said, named, telling)
    segments = _segments(said, named, first.start < named[0].start)
    day, part, out = _day_of_all(said, named), "", []
    for mention, (start, end) in zip(named, segments, strict=True):
        inside = [each for each in said.times if start <= each.start < end]
        day = next((each.said for each in inside if each.kind == "day"), "") or day
        own_day = any(each.kind == "day" for each in inside)
        own_part = next((each.said for each in inside if each.kind == "part"), "")
        moment = said.moment(start, end, before="" if own_day else day)
        if not own_part and part and (moment.ask == "ampm" or moment.confirm):
            carried = said.moment(start, end, before=day + part) if not own_day else moment
            moment = carried if carried.bookable else moment
        part = own_part or part
        out.append({"student": narrowed(mention, said.class_name)[0], "time": moment})
    return _in_order(out)


def _day_of_all(said: Utterance, named: list[Mention]) -> str:
    """林小雨两点，何小雨三点，都是9月19号: the one day that is said behind all of them."""
    days = [each for each in said.times if each.kind == "day"]
    if len(days) != 1 or days[0].start < named[-1].end:
        return ""
    return days[0].said if re.search("都[是在]?$|全[是在都]$|统一", said.text[: days[0].start]) else ""


def _in_turn(times: list[Piece], named: list[Mention]) -> bool:
    """上午十点去张小明家，下午去李雷家: each home has its time, though not every one an hour."""
    places = [place for pair in zip(times, named, strict=True) for place in (pair[0].start, pair[1].start)]
    return places == sorted(places)


def _listed(said: Utterance, named: list[Mention], hours: list[Piece]) -> list[dict[str, Any]]:
    """明晚七点、七点二十分别给孙悦、唐糖家打电话: the hours in the order of the names, on one day."""
    before = said.text[: hours[0].start]
    parts = [each.said for each in said.times if each.kind == "part" and each.end <= hours[0].start]
    days = "".join(each.said for each in said.times if each.kind == "day" and each.end <= hours[0].start)
    ahead = (days or before) + "".join(parts[-1:])
    later = [said.moment(each.start, each.end, before=ahead) for each in hours[1:]]
    moments = [said.moment(0, hours[0].end), *later]
    return [
        {"student": narrowed(mention, said.class_name)[0], "time": moment}
        for mention, moment in zip(named, moments, strict=True)
    ]


def _in_order(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A round is told in its order: before 十一点, or soon after 早上八点, 九点 is in the morning, to be said back."""
    earlier: Moment | None = None
    for item in items:
        moment: Moment = item["time"]
        if moment.ask == "ampm" and earlier is not None and earlier.bookable:
            fitting = [each for each in moment.candidates if _before(earlier, each) and _soon(earlier, each)]
            moment = item["time"] = replace(fitting[0], confirm=True) if len(fitting) == 1 else moment
        earlier = moment
    later: Moment | None = None
    for item in reversed(items):
        moment = item["time"]
        if moment.ask == "ampm" and later is not None and later.bookable:
            fitting = [each for each in moment.candidates if _before(each, later)]
            moment = item["time"] = replace(fitting[0], confirm=True) if len(fitting) == 1 else moment
        later = moment
    return items


def _before(moment: Moment, later: Moment) -> bool:
    if not isinstance(moment.start, datetime) or not isinstance(later.start, datetime):
        return False
    return moment.start < later.start and moment.start.date() == later.start.date()


def _soon(moment: Moment, later: Moment) -> bool:
    """Within half a day, as the next home of a round is."""
    if not isinstance(moment.start, datetime) or not isinstance(later.start, datetime):
        return False
    return later.start - moment.start < timedelta(hours=6)


def _segments(said: Utterance, named: list[Mention], time_first: bool) -> list[tuple[int, int]]:
    """Where each child's part of the message runs: up to its name when the time stands before it, else from it."""
    if time_first:
        ends = [each.end for each in named]
        return list(zip([0, *ends[:-1]], [*ends[:-1], len(said.text)], strict=True))
    starts = [each.start for each in named]
    return list(zip([0, *starts[1:]], [*starts[1:], len(said.text)], strict=True))
