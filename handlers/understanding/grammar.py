"""How pieces of time make one moment: every piece must be used, and what is left over becomes a question."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from handlers.understanding.agreement_of_days import one_day
from handlers.understanding.day import Day
from handlers.understanding.draft import Draft, gather
from handlers.understanding.hours import Hour
from handlers.understanding.moment import NO_TIME, Moment
from handlers.understanding.normalise import pattern
from handlers.understanding.outcome import Said, settle
from handlers.understanding.pieces import (
    MOST,
    NAME,
    Ground,
    Piece,
    amount,
    by_the_day,
    deny,
    drop_corrected,
    hang_together,
    pieces,
)

OR = re.compile("或者是?|或是|或|要么|还是|、")
#: Between which minutes of the day an hour goes with its part.
PART_SPANS = {"morning": (300, 720), "noon": (660, 840), "afternoon": (720, 1140), "evening": (1020, 1320)}
DAILY = ("放学", "下课", "课后", "上学", "午自习", "晚自习", "大课间")


def moment_of(text: str, ground: Ground, repairs: tuple[tuple[int, int], ...] = ()) -> Moment:
    """The moment that a normalised text names; names are blanked already."""
    found = pieces(text, ground)
    timely = [each for each in found if each.kind != "shield"]
    if not timely:
        return NO_TIME
    if len(timely) > MOST:
        return Moment(ask="multiple")
    found = hang_together(text, found, ground)
    if not ground.plain:
        deny(text, found)
    draft = gather(text, drop_corrected(text, found))
    if not _anything(draft, ground.base is not None):
        return NO_TIME
    if any(start < each.end and each.start < end for start, end in repairs for each in timely):
        draft.approximate = True
    moment = _decide(text, draft, found, ground)
    if moment.ask == "multiple" and OR.search(text):
        return replace(moment, candidates=_alternatives(text, ground) or moment.candidates)
    return moment


def _alternatives(text: str, ground: Ground) -> tuple[Moment, ...]:
    """周六上午10点或周日下午3点: each of the two or three that were named, when each is one by itself."""
    parts = OR.split(text)
    if not 2 <= len(parts) <= 3:
        return ()
    out: list[Moment] = []
    for each in parts:
        moment = moment_of(each, ground)
        if moment.granularity == "time" and out and out[0].day and isinstance(moment.start, time):
            moment = replace(moment, start=datetime.combine(out[0].day, moment.start), granularity="datetime")
        if moment.none or moment.ask:
            return ()
        out.append(moment)
    return tuple(out)


def _anything(draft: Draft, based: bool) -> bool:
    named = set(draft.others) - {"edge", "between"} - (set() if based else {"earlier"})
    return bool(
        draft.days
        or draft.hours
        or draft.parts
        or draft.events
        or draft.denied
        or named
        or draft.vague_day
        or draft.vague_time
    )


def _decide(text: str, draft: Draft, found: list[Piece], ground: Ground) -> Moment:
    others = draft.others
    if "recurring" in others and not (draft.days and draft.hours and draft.days[0].start > others["recurring"].end + 6):
        return Moment(ask="recurring")
    if "recurring" in others:
        draft.approximate = True
    relative = _relative(draft, ground)
    if relative is not None:
        return relative
    _same(draft, ground)
    day = one_day(text, draft, ground)
    whole_week = day and day.week and day.first_to_last and day.first_to_last[0] == day.week
    if day and day.week and whole_week and ground.base and "same_hour" in others:
        day = Day((day.week + timedelta(days=ground.base.weekday()),), confirm=True)
    hours, why = _one_hour(text, draft)
    parts = [each for each in draft.parts if not each.denied]
    names = list(dict.fromkeys(each.part for each in parts))
    said = Said(day=day, hours=hours, part=names[0] if names else "", confirm=draft.approximate, why=why)
    if len(names) > 1 and not hours:
        said.why, said.part = said.why or "multiple", ""
    elif hours and not set(names) <= {each.part for each in hours}:
        # 周六上午，下午三点: the morning was said for something.
        said.why = said.why or "multiple"
    if "open" in others and not said.why and others["open"] in draft.hours:
        said.why = "vague_time"
    _vague(draft, said, ground)
    if draft.denied:
        _denied(draft, said)
    said.left_over = bool(_left_over(text, found, draft))
    return settle(said, ground)


def _denied(draft: Draft, said: Said) -> None:
    """What was denied is no answer, though its day may still be the one spoken of."""
    if said.day is None and not said.hours and not said.part:
        said.why = said.why or "vague_day"
        said.only_denied = True
    elif said.day is None:
        days = [each for each in draft.denied if each.day]
        only_busy = len(days) == 1 and pattern("denial.busy").match(draft.text, days[0].end)
        if len(days) == 1 and (only_busy or any(each.hour or each.part for each in draft.denied)):
            said.day = days[0].day
    said.confirm = True


def _relative(draft: Draft, ground: Ground) -> Moment | None:
    """两小时后, 现在, 往后推一个小时."""
    if "shift" in draft.others:
        return _shifted(draft, ground)
    piece = draft.others.get("offset")
    if piece and piece.match and not draft.hours and not draft.days:
        length = amount(piece.match)
        if length is None:
            return Moment(ask="vague_time")
        back = "前" in (piece.match.groupdict().get("dir") or "")
        at = (ground.now + (-length if back else length)).replace(second=0, microsecond=0)
        if back and not ground.record:
            return Moment(ask="past")
        if not 420 <= at.hour * 60 + at.minute <= 1290 and not ground.record:
            return Moment(ask="implausible_hour", candidates=(Moment(at, granularity="datetime"),))
        return Moment(at, granularity="datetime", confirm=draft.approximate)
    now = draft.others.get("now")
    if now and not draft.days and not draft.parts:
        at = ground.now.replace(second=0, microsecond=0)
        if not draft.hours:
            return Moment(at, granularity="datetime", confirm=draft.approximate)
        draft.days.append(Piece("day", now.start, now.end, now.said, day=Day((ground.today,), confirm=True)))
        draft.hours.insert(0, Piece("hour", now.start, now.end, now.said, hour=Hour(at.hour, at.minute, written=True)))
    return None


def _shifted(draft: Draft, ground: Ground) -> Moment:
    match = draft.others["shift"].match
    assert match is not None
    length = amount(match)
    if ground.base is None or length is None:
        return Moment(ask="no_day" if length else "vague_time")
    word = match["word"] or match["to"] or match["to2"] or "后"
    earlier = word in ("提前", "提早", "早", "前")
    at = ground.base + (-length if earlier else length)
    if at < ground.now and not ground.record:
        return Moment(ask="past")
    elsewhere = any(each.day and each.day.dates not in ((ground.base.date(),), (at.date(),)) for each in draft.days)
    if elsewhere or (draft.hours and not _same_clock(draft.hours[0], at.hour, at.minute)):
        return Moment(ask="conflict", candidates=(Moment(at, granularity="datetime", confirm=True),))
    if not by_the_day(match) and not 420 <= at.hour * 60 + at.minute <= 1290:
        return Moment(ask="implausible_hour", candidates=(Moment(at, granularity="datetime"),))
    return Moment(at, granularity="datetime", confirm=True)


def _same_clock(piece: Piece, hour: int, minute: int) -> bool:
    return piece.hour is not None and (piece.hour.h % 12, piece.hour.m) == (hour % 12, minute)


def _same(draft: Draft, ground: Ground) -> None:
    """同一时间, 当天: the hour or the day of the visit under discussion."""
    others = draft.others
    if "same_hour" in others and not draft.hours:
        piece = others["same_hour"]
        here = piece.said.startswith("这") and ground.base is None
        base = ground.now if here else ground.base
        if base is not None:
            hour = Hour(base.hour, base.minute, written=True, confirm=True)
            draft.hours.append(Piece("hour", piece.start, piece.end, piece.said, hour=hour))
            # 周六晚上，时间不变: the part of the day is that of the hour.
            at = base.hour * 60 + base.minute
            draft.parts = [each for each in draft.parts if at not in range(*PART_SPANS.get(each.part, (0, 0)))]
    for kind, step in (("same_day", 0), ("next_day", 1)):
        if kind in others and not draft.days and ground.base is not None:
            day = Day((ground.base.date() + timedelta(days=step),), confirm=True)
            draft.days.append(Piece("day", others[kind].start, others[kind].end, others[kind].said, day=day))


def _vague(draft: Draft, said: Said, ground: Ground) -> None:
    """Vague words ask where nothing definite was said, and otherwise make it something to be said back."""
    others = draft.others
    definite = said.day is not None and bool(said.day.dates) and bool(said.hours)
    if "soon" in others and said.day is None:
        said.day = Day((ground.today,), confirm=True)
        draft.vague_day = False
        said.ask_unless(bool(said.hours), "vague_time")
    early = "earlier" in others and (said.day is not None or ground.base is not None)
    if draft.vague_day and not definite:
        said.ask_unless(False, "vague_day")
    elif (draft.vague_time or early) and not said.hours:
        said.ask_unless(False, "vague_time")
    elif draft.vague_day or draft.vague_time:
        said.confirm = True
    nothing = said.day is None and not said.hours
    said.ask_unless("weak" not in others or not nothing or bool(said.part), "vague_day")
    said.ask_unless("span" not in others or definite, "vague_day")
    said.confirm = said.confirm or "span" in others
    said.ask_unless("offset" not in others, "multiple")
    said.confirm = said.confirm or "now" in others
    _lost(draft, said, ground)
    if not said.hours:
        for piece in draft.events:
            _event(piece, said)


def _lost(draft: Draft, said: Said, ground: Ground) -> None:
    """Of a visit that nobody is speaking of nothing can be kept: neither 同一时间 nor 当天."""
    no_hour = "same_hour" in draft.others and not said.hours
    no_day = bool({"same_day", "next_day"} & set(draft.others)) and said.day is None
    if ground.base is None and (no_hour or no_day):
        said.ask_unless(False, "no_day" if said.day is None else "vague_time")


def _event(piece: Piece, said: Said) -> None:
    if piece.match and piece.match.groupdict().get("lunch"):
        if said.day is not None:
            said.part = said.part or "noon"
        said.why = said.why or (None if said.day is not None else "no_day")
    elif piece.match and piece.match.groupdict().get("habit"):
        said.why = said.why or "vague_time"
    elif said.day is None and piece.said.startswith(DAILY):
        said.why = said.why or "no_day"
    else:
        said.why = said.why or "needs_schedule"


def _one_hour(text: str, draft: Draft) -> tuple[list[Hour], str | None]:
    """One hour, or the two ends of a range; anything else is several."""
    found = [each for each in draft.hours if not each.denied and each.hour]
    hours = [each.hour for each in found if each.hour]
    if len(found) < 2:
        return hours, None
    gaps = [text[a.end : b.start] for a, b in pairwise(found)]
    if len(found) == 2:
        gap = re.sub(r"(?:凌晨|早上|上午|中午|下午|傍晚|晚上|今晚|明晚|早|晚)", "", gaps[0])
        if pattern("between.range").match(gap) or (pattern("between.both").match(gap) and "between" in draft.others):
            return hours, None
        if (hours[0].h % 12, hours[0].m) == (hours[1].h % 12, hours[1].m):
            return [max(hours, key=lambda each: (each.written, bool(each.part)))], None
    return hours, "multiple"


def _left_over(text: str, found: list[Piece], draft: Draft) -> bool:
    """Whether something that looks like time was not explained by any piece."""
    last = 0
    for start, end in sorted((each.start, each.end) for each in [*found, *draft.hours]):
        if start > last and _unexplained(text[last:start], text[start]):
            return True
        last = max(last, end)
    return bool(pattern("rest.left_over").search(text, last))


def _unexplained(gap: str, following: str) -> bool:
    """Also half a word that a name or a shield has cut off: the 天 of 王明天下午, the 明 of 明后天."""
    cut_off = gap[-1:] in ("天", "日") and gap[-2:-1] in (NAME, "")
    return cut_off or gap[-1:] + following in ("今明", "明后", "昨今") or bool(pattern("rest.left_over").search(gap))
