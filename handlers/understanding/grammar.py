"""How pieces of time make one moment: every piece must be used, and what is left over becomes a question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from handlers.understanding.days import Day
from handlers.understanding.hours import Hour
from handlers.understanding.moment import NO_TIME, Moment
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

RANGE = re.compile(r"^[ ,]*(?:到|至|-|~|--|一直到|直到|开始到|开始[,]?到|起到)[ ,]*$")
AND = re.compile(r"^[ ]*(?:和|与|跟|到)[ ]*$")
NEAR = re.compile(r"^[\s,()的是就在那呃嗯啊吧、额哦]*$")
DAILY = ("放学", "下课", "午自习", "课后", "延时", "晚托", "托管", "自习", "读", "课间", "上学", "上课", "社团", "课")
TEMPORAL = re.compile(r"^(?:的)?(?:结束|完|了)*(?:之后|以后|过后|后|之前|以前|前|完|结束|的时候|时候|期间|里|中|时|那天|当天|回来|到家|回家|前后|第|[,。 ]?$)")
LEFT_OVER = re.compile(r"\d|[一二三四五六七八九十](?=[点号月时])|(?:周|星期|礼拜)(?=[一二三四五六日天几])|[上下]午|点半|点钟")
OPEN_DAY = re.compile(r"[前后](?![天日面来台门半])|(?:之|以)(?:前|后|内)|前后|附近|那(?:几|两)天|那周|当周")
APPROXIMATE = ("大约", "大概", "约莫", "差不多", "左右", "上下", "前后")


@dataclass
class Draft:
    """What has been gathered from a text, before it is settled."""

    days: list[Piece] = field(default_factory=list)
    hours: list[Piece] = field(default_factory=list)
    parts: list[Piece] = field(default_factory=list)
    events: list[Piece] = field(default_factory=list)
    others: dict[str, Piece] = field(default_factory=dict)
    denied: list[Piece] = field(default_factory=list)
    vague_day: bool = False
    vague_time: bool = False
    approximate: bool = False
    doubt: str = ""


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
    draft = gather(text, drop_corrected(text, found), ground)
    if not _anything(draft, ground.base is not None):
        return NO_TIME
    if any(start < each.end and each.start < end for start, end in repairs for each in timely):
        draft.approximate = True
    return _decide(text, draft, found, ground)


def _anything(draft: Draft, based: bool) -> bool:
    named = set(draft.others) - {"edge", "between"} - (set() if based else {"earlier"})
    return bool(draft.days or draft.hours or draft.parts or draft.events or draft.denied or named or draft.vague_day or draft.vague_time)


def temporal(text: str, event: Piece) -> bool:
    """Whether an event of the school or the family is spoken of as a time: 放学后, 家长会那天."""
    after = text[event.end : event.end + 4]
    if not after.strip(" ,。吧?") and (event.match is None or event.match.groupdict().get("habit") or event.said.endswith(("课", "班", "考试"))):
        return False
    return bool(TEMPORAL.match(after))


def gather(text: str, found: list[Piece], ground: Ground) -> Draft:
    draft = Draft()
    part: Piece | None = None
    for piece in found:
        if piece.denied and piece.kind != "shield":
            draft.denied.append(piece)
        elif piece.kind == "day":
            draft.days.append(piece)
            draft.vague_day = draft.vague_day or bool(OPEN_DAY.match(text, piece.end))
            if piece.day and piece.day.part:
                part = Piece("part", piece.start, piece.end, piece.said, part=piece.day.part)
                draft.parts.append(part)
        elif piece.kind == "part":
            part = _take_part(text, draft, piece, part)
        elif piece.kind == "hour" and piece.hour:
            if part is not None:
                piece.hour.part = part.part
                draft.parts.remove(part)
                part = None
            draft.hours.append(piece)
            _edges_of_hour(text, piece, draft)
        elif piece.kind == "vague_time" and piece.said in EARLIER:
            draft.others.setdefault("earlier", piece)
        elif piece.kind in ("vague_day", "vague_time"):
            setattr(draft, piece.kind, True)
            draft.others.setdefault("soon" if piece.said in SOON else "vague", piece)
        elif piece.kind == "weak":
            if len(text) <= 14:
                draft.others.setdefault("weak", piece)
        elif piece.kind == "event":
            if temporal(text, piece):
                draft.events.append(piece)
        elif piece.kind == "edge":
            _edge(draft, piece, text)
        elif piece.kind == "ordinal_day":
            if piece.said in ("第二天", "后一天"):
                draft.others.setdefault("next_day", piece)
        elif piece.kind != "shield":
            draft.others.setdefault(piece.kind, piece)
    _bare_number(text, draft, part)
    return draft


#: Words that are about the hour of a day only when a day was named: 明天早点.
EARLIER = ("早点", "早些", "晚点", "晚些")
SOON = ("待会儿", "待会", "等会儿", "等会", "等一会儿", "等一会", "过会儿", "过会", "过一会儿", "过一会", "一会儿", "回头", "稍后", "马上", "立刻", "立即")


def _take_part(text: str, draft: Draft, piece: Piece, part: Piece | None) -> Piece | None:
    """A part goes with the hour after it; one that closes an hour (三点下午) goes with that."""
    last = draft.hours[-1] if draft.hours else None
    tail = text[piece.end : piece.end + 3]
    if last and last.hour and not last.hour.part and text[last.end : piece.start].strip() == "" and not re.search(r"[\d一二三四五六七八九十两]", tail):
        last.hour.part = piece.part
        return part
    if part is not None and part.part == piece.part:
        draft.parts.remove(part)
    draft.parts.append(piece)
    return piece


def _bare_number(text: str, draft: Draft, part: Piece | None) -> None:
    """下午3去: a number right after the part of the day is an hour, to be said back."""
    if part is None or part not in draft.parts or draft.hours:
        return
    match = re.compile(r"\s?(1[0-2]|[1-9]|[一二两三四五六七八九]|十[一二]?)(?=$|[去来到吧行,。? ]|可以|有空)").match(text, part.end)
    if match:
        from handlers.understanding.numerals import number

        draft.parts.remove(part)
        hour = Hour(number(match[1].replace("两", "二")) or 0, part=part.part, confirm=True, start=match.start(), end=match.end())
        draft.hours.append(Piece("hour", match.start(), match.end(), match.group(), hour=hour))


def _edges_of_hour(text: str, piece: Piece, draft: Draft) -> None:
    tail = text[piece.end : piece.end + 3]
    if piece.start and text[piece.start - 1] == "约":
        draft.approximate = True
    if tail[:1] in ("前", "后") and tail[1:2] not in ("天", "日", "面", "来", "台", "门", "后"):
        draft.others.setdefault("open", piece)
        piece.end += 1
    elif tail[:1] in ("起",):
        draft.others.setdefault("open", piece)


def _edge(draft: Draft, piece: Piece, text: str) -> None:
    """左右 makes about; 以后, 之前 leave one end open."""
    word = piece.said
    if word in APPROXIMATE:
        draft.approximate = True
        return
    last = max((each for each in [*draft.hours, *draft.days, *draft.parts] if each.end <= piece.start), key=lambda each: each.end, default=None)
    if last is None or text[last.end : piece.start].strip() not in ("", "的", "整"):
        return
    if word in ("除外", "以外", "之外"):
        last.denied = True
    elif word in ("之间", "期间"):
        draft.others.setdefault("between", piece)
    elif last.kind == "hour":
        draft.others.setdefault("open", last)
    else:
        draft.vague_day = True


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
    day = _one_day(text, draft, ground)
    if day and day.week and day.first_to_last and ground.base and "same_hour" in others:
        day = Day((day.week + timedelta(days=ground.base.weekday()),), confirm=True)
    hours, why = _one_hour(text, draft)
    parts = [each for each in draft.parts if not each.denied]
    names = list(dict.fromkeys(each.part for each in parts))
    said = Said(day=day, hours=hours, part=names[0] if names else "", confirm=draft.approximate, why=why)
    if len(names) > 1 and not hours:
        said.why, said.part = said.why or "multiple", ""
    if "open" in others and not said.why and others["open"] in draft.hours:
        said.why = "vague_time"
    _vague(text, draft, said, ground)
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
        days = [each.day for each in draft.denied if each.day]
        if len(days) == 1 and any(each.hour for each in draft.denied):
            said.day = days[0]
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
    if draft.days or (draft.hours and not _same_clock(draft.hours[0], at.hour, at.minute)):
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
    for kind, step in (("same_day", 0), ("next_day", 1)):
        if kind in others and not draft.days and ground.base is not None:
            day = Day((ground.base.date() + timedelta(days=step),), confirm=True)
            draft.days.append(Piece("day", others[kind].start, others[kind].end, others[kind].said, day=day))


def _vague(text: str, draft: Draft, said: Said, ground: Ground) -> None:
    concrete_day = said.day is not None and bool(said.day.dates)
    if "soon" in draft.others and said.day is None:
        said.day = Day((ground.today,), confirm=True)
        draft.vague_day = False
        if not said.hours:
            said.why = said.why or "vague_time"
    if draft.vague_day and not (concrete_day and said.hours) and not draft.others.get("vague_day_used"):
        said.why = said.why or "vague_day"
    elif (draft.vague_time or ("earlier" in draft.others and (said.day is not None or ground.base is not None))) and not said.hours:
        said.why = said.why or "vague_time"
    elif draft.vague_day or draft.vague_time:
        said.confirm = True
    if "weak" in draft.others and said.day is None and not said.hours and not said.part:
        said.why = said.why or "vague_day"
    lost = ("same_hour" in draft.others and not said.hours) or ({"same_day", "next_day"} & set(draft.others) and said.day is None)
    if lost and ground.base is None:
        # Of a visit that nobody is speaking of nothing can be kept.
        said.why = said.why or ("no_day" if said.day is None else "vague_time")
    if "span" in draft.others:
        said.why = said.why or "vague_day"
    if said.hours:
        return
    for piece in draft.events:
        _event(piece, said)


def _event(piece: Piece, said: Said) -> None:
    if piece.match and piece.match.groupdict().get("lunch"):
        if said.day is not None:
            said.part = said.part or "noon"
        said.why = said.why or (None if said.day is not None else "no_day")
    elif piece.match and piece.match.groupdict().get("habit"):
        said.why = said.why or "vague_time"
    elif said.day is None and piece.said.startswith(("放学", "下课", "课后", "上学", "午自习", "晚自习", "大课间")):
        said.why = said.why or "no_day"
    else:
        said.why = said.why or "needs_schedule"


def _one_day(text: str, draft: Draft, ground: Ground) -> Day | None:
    found = [each for each in draft.days if not each.denied and each.day]
    distinct: list[Piece] = []
    for piece in found:
        if not any(piece.day == replace_span(other.day, piece.day) for other in distinct):
            distinct.append(piece)
    if not distinct:
        return None
    day = distinct[0].day
    assert day is not None
    for before, piece in zip(distinct, distinct[1:], strict=False):
        assert piece.day is not None
        gap = text[before.end : piece.start]
        day = _both(day, piece.day, gap, ground, has_hour=_hour_between(draft, before, piece))
        if day.ask in ("multiple", "conflict", "vague_day"):
            break
    return day


def replace_span(day: Day | None, other: Day | None) -> Day | None:
    return replace(day, start=other.start, end=other.end) if day and other else None


def _hour_between(draft: Draft, first: Piece, second: Piece) -> bool:
    return any(first.end <= each.start < second.start for each in draft.hours)


def _both(first: Day, second: Day, gap: str, ground: Ground, has_hour: bool) -> Day:
    """Two expressions of a day: one may confirm or narrow the other; else they are two days."""
    for week, other in ((first, second), (second, first)):
        if week.week and week.first_to_last and other.dates == (ground.today,) and week.week > ground.today and gap in ("", "的"):
            return Day((week.week + timedelta(days=ground.today.weekday()),))
        if week.week and not week.dates and week.first_to_last and other.dates:
            inside = [each for each in _on_weekday(other, week) if week.first_to_last[0] <= each <= week.first_to_last[1]]
            if inside:
                return Day((inside[0],), confirm=ground.today.weekday() == 6, week=week.week)
    if RANGE.match(gap) and not has_hour and first.dates and second.dates:
        last = second.dates[0]
        while last < first.dates[0] and second.weekday is not None:
            last += timedelta(days=7)
        return Day((), "vague_day", first_to_last=(first.dates[0], last))
    if has_hour and re.search("到|至|-|~", gap):
        return Day((), "multiple")
    for plain, bare in ((first, second), (second, first)):
        if bare.weekday is not None and plain.weekday is None and (NEAR.match(gap) or set(plain.dates) & set(bare.dates)):
            return _confirmed(plain, bare.weekday, ground)
    shared = tuple(each for each in first.dates if each in second.dates)
    if shared:
        ask = None if first.ask in (None, "same_weekday") or second.ask is None else first.ask
        return Day(shared[:1], ask, confirm=first.confirm and second.confirm)
    dates = first.dates[:1] + second.dates[:1]
    both_bare = first.weekday is not None and second.weekday is not None
    if NEAR.match(gap) and first.dates and second.dates and "、" not in gap and not both_bare:
        return Day(dates, "conflict")
    if not first.dates or not second.dates:
        vague = first if first.ask else second
        return replace(vague, dates=dates) if vague.ask != "past" else Day(dates, "multiple")
    return Day(dates, "multiple")


def _on_weekday(day: Day, week: Day) -> list[date]:
    if day.weekday is None or week.week is None:
        return list(day.dates)
    return [week.week + timedelta(days=day.weekday)]


def _confirmed(day: Day, weekday: int, ground: Ground) -> Day:
    """11月25号（星期三）: the weekday must be right; it may also tell which year or month is meant."""
    fitting = [each for each in (*day.dates, *day.alternatives) if each.weekday() == weekday]
    ahead = [each for each in fitting if each >= ground.today or ground.record]
    if ahead:
        return Day((ahead[0],), confirm=ahead[0] not in day.dates or (day.confirm and day.ask is not None))
    if fitting:
        return Day((), "past", alternatives=day.alternatives)
    if not day.dates:
        return day if day.ask else Day((), "conflict")
    near = day.dates[0] + timedelta(days=(weekday - day.dates[0].weekday() + 3) % 7 - 3)
    return Day((day.dates[0], near), "conflict")


def _one_hour(text: str, draft: Draft) -> tuple[list[Hour], str | None]:
    """One hour, or the two ends of a range; anything else is several."""
    found = [each for each in draft.hours if not each.denied and each.hour]
    hours = [each.hour for each in found if each.hour]
    if len(found) < 2:
        return hours, None
    gaps = [text[a.end : b.start] for a, b in zip(found, found[1:], strict=False)]
    if len(found) == 2:
        gap = re.sub(r"(?:凌晨|早上|上午|中午|下午|傍晚|晚上|今晚|明晚|早|晚)", "", gaps[0])
        if RANGE.match(gap) or (AND.match(gap) and "between" in draft.others):
            return hours, None
        if (hours[0].h % 12, hours[0].m) == (hours[1].h % 12, hours[1].m):
            return [max(hours, key=lambda each: (each.written, bool(each.part)))], None
    return hours, "multiple"


def _left_over(text: str, found: list[Piece], draft: Draft) -> bool:
    """Whether something that looks like time was not explained by any piece."""
    last = 0
    edges = sorted((each.start, each.end) for each in [*found, *draft.hours])
    for start, end in edges:
        if start > last:
            gap = text[last:start]
            if LEFT_OVER.search(gap) or (gap[-1:] in ("天", "日") and gap[-2:-1] in (NAME, "")):
                return True
        last = max(last, end)
    return bool(LEFT_OVER.search(text, last))
