"""What a time in a family's answer says to the announced one: agreed to, refused, or another one."""

from __future__ import annotations

import re

from handlers.understanding.changing import changed_to, fits
from handlers.understanding.moment import Moment
from handlers.understanding.normalise import pattern
from handlers.understanding.phrases import phrase
from handlers.understanding.reading import Reading
from handlers.understanding.utterance import Utterance

#: 那个点, 那天: what stands for the announced time.
THAT_HOUR = frozenset(("same_hour", "same_day"))
ALL_FIT = re.compile(r"都(?:行|可以|方便|有空|成|好|中|没问题|ok)")


def timed(said: Utterance, shape: str) -> Reading | None:
    """A time in an answer: the announced one agreed to or refused, or another one."""
    visit = said.context.visit
    moment = changed_to(said, said.ground(visit.start if visit else None))
    that = all(each.kind in THAT_HOUR for each in said.times)
    if that and visit is not None and visit.start is not None and not phrase("decline").search(shape):
        moment = Moment(visit.start, granularity="datetime")
    if moment.none or _told_only(moment, shape):
        return None
    if moment.ask == "recurring":
        return Reading("counter", {"time": moment}, ("time",))
    return _named(said, shape, moment)


def _told_only(moment: Moment, shape: str) -> bool:
    """A habit, or a day that has passed, in what is told of the child: no other time for the visit."""
    if moment.ask == "recurring":
        return not (phrase("decline").search(shape) and re.search("可以|行|有空|方便", shape))
    return moment.ask == "past" and bool(re.search("孩子|S|作业", shape)) and "吗" not in shape


def _named(said: Utterance, shape: str, moment: Moment) -> Reading:
    """What a time that was named says to the announced one."""
    if pattern("guardian.condition").search(shape):
        return Reading("ask")
    asking = pattern("guardian.agree_to_time").search(shape)
    plain = pattern("guardian.agree_to_time").sub("", pattern("guardian.courtesy").sub("", shape))
    refusing = bool(phrase("decline").search(plain))
    nothing_left = moment.ask == "vague_day" and not moment.candidates and not re.search(r"周末|改天|哪天", shape)
    if nothing_left and refusing:
        return Reading("ask" if asking or pattern("guardian.half_no").search(shape) else "decline")
    several = _several(moment, shape)
    if several and _elsewhere(said, moment):
        return Reading("counter", {"time": moment}, ("time",))
    if several or (nothing_left and re.search(r"(?:有点|太|偏)(?:早|晚|赶|紧)", shape)):
        return Reading("ask")
    if _same_time(moment, said):
        hours = {each.said for each in said.times if each.kind == "hour"}
        doubtful = asking or phrase("hedge").search(plain) or (moment.ask == "multiple" and len(hours) > 1)
        return Reading("ask" if doubtful else _about_announced(moment, shape, plain, refusing))
    offered = pattern("guardian.offered").search(plain)
    if refusing and not asking and moment.granularity == "date" and not offered and _denied_all(said):
        return Reading("decline")
    if refusing and moment.ask and not asking and not offered:
        return Reading("ask")
    return Reading("counter", {"time": moment}, () if moment.bookable else ("time",))


def _several(moment: Moment, shape: str) -> bool:
    """周六周日都行: more than one time would do."""
    if not ALL_FIT.search(shape) or (moment.ask == "vague_time" and moment.partial.get("time")):
        return False
    return bool(moment.ask) or moment.granularity == "range"


def _elsewhere(said: Utterance, moment: Moment) -> bool:
    """Whether the days named are others than the announced one."""
    visit = said.context.visit
    other = visit is None or visit.start is None or moment.day != visit.start.date()
    return other and any(each.kind == "day" for each in said.times) and not _same_time(moment, said)


def _about_announced(moment: Moment, shape: str, plain: str, refusing: bool) -> str:
    """The announced time named again is agreement, if nothing beside it says otherwise."""
    positive = phrase("accept").search(shape) or re.search(r"好|行|可以|嗯|没问题|ok|等", shape)
    yes = re.search(r"可以|没问题|好的|(?<!不)行|ok|嗯|欢迎|改|换|别", plain)
    if refusing and not yes and pattern("guardian.flat_no").search(plain):
        return "decline"
    if refusing or re.search(r"改|换|挪|推|提前|(?:有点|太|偏)(?:早|晚|赶)|吗", plain):
        return "ask"
    return "confirm" if moment.bookable or positive else "ask"


def _denied_all(said: Utterance) -> bool:
    moment = said.moment()
    return (moment.confirm and moment.granularity == "date") or moment.ask == "vague_day"


def _same_time(moment: Moment, said: Utterance) -> bool:
    """Whether the time named is the one that was announced."""
    visit = said.context.visit
    return visit is not None and visit.start is not None and fits(visit, moment)
