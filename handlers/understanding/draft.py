"""What is gathered from a text before it is settled: days, hours with their parts, and what hangs on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.understanding.hours import Hour
from handlers.understanding.normalise import pattern
from handlers.understanding.numerals import number
from handlers.understanding.pieces import Piece

APPROXIMATE = ("不到", "不足", "出头", "刚过", "大约", "大概", "约莫", "差不多", "左右", "上下", "前后")
#: Words that are about the hour of a day only when a day was named: 明天早点.
EARLIER = ("早点", "早些", "晚点", "晚些")
SOON = (
    "待会儿",
    "待会",
    "等会儿",
    "等会",
    "等一会儿",
    "等一会",
    "过会儿",
    "过会",
    "过一会儿",
    "过一会",
    "一会儿",
    "回头",
    "稍后",
    "马上",
    "立刻",
    "立即",
)

HOUR_AHEAD = re.compile(r"[\d一二三四五六七八九十两]")
BARE_NUMBER = re.compile(r"\s?(1[0-2]|[1-9]|[一二两三四五六七八九]|十[一二]?)(?=$|[去来到吧行,。? ]|可以|有空)")


@dataclass
class Draft:
    """What has been gathered from a text; `part` is a part of the day that still waits for its hour."""

    text: str
    days: list[Piece] = field(default_factory=list)
    hours: list[Piece] = field(default_factory=list)
    parts: list[Piece] = field(default_factory=list)
    events: list[Piece] = field(default_factory=list)
    others: dict[str, Piece] = field(default_factory=dict)
    denied: list[Piece] = field(default_factory=list)
    part: Piece | None = None
    vague_day: bool = False
    vague_time: bool = False
    approximate: bool = False


def temporal(text: str, event: Piece) -> bool:
    """Whether an event of the school or the family is spoken of as a time: 放学后, 家长会那天."""
    after = text[event.end : event.end + 4]
    habit = event.match is None or event.match.groupdict().get("habit")
    if event.said.startswith("第"):
        return True
    if not after.strip(" ,。吧?") and (habit or event.said.endswith(("课", "班", "考试"))):
        return False
    return bool(pattern("after.temporal").match(after))


def gather(text: str, found: list[Piece]) -> Draft:
    draft = Draft(text)
    for piece in found:
        if piece.kind == "shield":
            continue
        if piece.denied:
            draft.denied.append(piece)
        else:
            TAKE.get(piece.kind, _other)(draft, piece)
    _bare_number(draft)
    return draft


def _other(draft: Draft, piece: Piece) -> None:
    draft.others.setdefault(piece.kind, piece)


def _day(draft: Draft, piece: Piece) -> None:
    draft.days.append(piece)
    draft.vague_day = draft.vague_day or bool(pattern("after.open_day").match(draft.text, piece.end))
    if piece.day and piece.day.part:
        draft.part = Piece("part", piece.start, piece.end, piece.said, part=piece.day.part)
        draft.parts.append(draft.part)


def _part(draft: Draft, piece: Piece) -> None:
    """A part goes with the hour after it; one that closes an hour (三点下午) goes with that."""
    last = draft.hours[-1] if draft.hours else None
    tail = draft.text[piece.end : piece.end + 3]
    if (
        last
        and last.hour
        and not last.hour.part
        and _nothing_between(draft, last.end, piece.start)
        and not HOUR_AHEAD.search(tail)
    ):
        last.hour.part = piece.part
        return
    if draft.part is not None and draft.part.part == piece.part:
        draft.parts.remove(draft.part)
    draft.parts.append(piece)
    draft.part = piece


def _nothing_between(draft: Draft, start: int, end: int) -> bool:
    """三点，周六下午: a day, and nothing of weight, between an hour and its part of the day."""
    gap = draft.text[start:end]
    for each in draft.days:
        if start <= each.start and each.end <= end:
            gap = gap.replace(each.said, "", 1)
    return gap.strip(" ,。的") == ""


def _hour(draft: Draft, piece: Piece) -> None:
    if draft.part is not None and piece.hour:
        piece.hour.part = draft.part.part
        draft.parts.remove(draft.part)
        draft.part = None
    draft.hours.append(piece)
    _edges_of_hour(draft, piece)


def _vague(draft: Draft, piece: Piece) -> None:
    if piece.said in EARLIER:
        draft.others.setdefault("earlier", piece)
        return
    if piece.kind == "vague_day":
        draft.vague_day = True
    else:
        draft.vague_time = True
    draft.others.setdefault("soon" if piece.said in SOON else "vague", piece)


def _weak(draft: Draft, piece: Piece) -> None:
    if len(draft.text) <= 14:
        draft.others.setdefault("weak", piece)


def _event(draft: Draft, piece: Piece) -> None:
    if temporal(draft.text, piece):
        draft.events.append(piece)


def _ordinal(draft: Draft, piece: Piece) -> None:
    if piece.said in ("第二天", "后一天"):
        draft.others.setdefault("next_day", piece)


def _bare_number(draft: Draft) -> None:
    """下午3去: a number right after the part of the day is an hour, to be said back."""
    part = draft.part
    if part is None or part not in draft.parts or draft.hours:
        return
    match = BARE_NUMBER.match(draft.text, part.end)
    if match:
        draft.parts.remove(part)
        at = match.span()
        hour = Hour(number(match[1].replace("两", "二")) or 0, part=part.part, confirm=True, start=at[0], end=at[1])
        draft.hours.append(Piece("hour", *at, match.group(), hour=hour))


def _edges_of_hour(draft: Draft, piece: Piece) -> None:
    text = draft.text
    tail = text[piece.end : piece.end + 3]
    if piece.start and text[piece.start - 1] == "约":
        draft.approximate = True
    if tail[:1] in ("前", "后") and tail[1:2] not in ("天", "日", "面", "来", "台", "门", "后"):
        draft.others.setdefault("open", piece)
        piece.end += 1
    elif tail[:1] == "起" and tail[1:2] not in ("挨", "依", "逐", "轮", "去", "访", "走", "家"):
        draft.others.setdefault("open", piece)


def _edge(draft: Draft, piece: Piece) -> None:
    """左右 makes about; 以后, 之前 leave one end open."""
    word = piece.said
    if word in APPROXIMATE:
        draft.approximate = True
        return
    before = [each for each in (*draft.hours, *draft.days, *draft.parts) if each.end <= piece.start]
    last = max(before, key=lambda each: each.end, default=None)
    if last is None or draft.text[last.end : piece.start].strip() not in ("", "的", "整"):
        return
    if word in ("除外", "以外", "之外"):
        last.denied = True
    elif word in ("之间", "期间"):
        draft.others.setdefault("between", piece)
    elif last.kind == "hour":
        draft.others.setdefault("open", last)
    else:
        draft.vague_day = True


TAKE: dict[str, Callable[[Draft, Piece], None]] = {
    "day": _day, "part": _part, "hour": _hour, "vague_day": _vague, "vague_time": _vague, "weak": _weak,
    "event": _event, "edge": _edge, "ordinal_day": _ordinal,
}  # fmt: skip
