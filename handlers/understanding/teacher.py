"""What a teacher wants: the first row of the table that fits, then what that intent needs to know."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from itertools import chain

from handlers.understanding import booking, changing, handing, noting
from handlers.understanding.moment import Moment
from handlers.understanding.normalise import pattern, table, whole
from handlers.understanding.reading import Reading
from handlers.understanding.safety import acute, endangered, reported
from handlers.understanding.slots import who
from handlers.understanding.utterance import Utterance, matches, utter

#: A time and a name, and nothing that tells of something else: 刘洋今天又迟到了 is no time for anything.
BARE = re.compile(
    r"(?:[SNWTCD,、 。!?~:]|家|同学|的|吧|呢|可以|行|吗|不|在|到|去|和|跟|嗯|那|就|我|想|要|有空|方便|时间|是|还是)*"
)
KEPT = ("record", "talk_record", "add_follow_up", "broadcast_notice", "remind_me", "reply_note")


def read_teacher(said: Utterance) -> Reading:
    """Danger first, then the answer to what was asked, then the table."""
    instead = pattern("changing.instead").match(said.text)
    if instead and not endangered(said.shape, said.text):
        return read_teacher(utter(said.written(instead.end("denied")), said.now, said.context))
    answer = _pending(said)
    if answer is not None:
        return answer
    rows = chain(_alone(said), matches("teacher", said.shape))
    foremost = next(rows, None)
    first = foremost[0] if foremost else "unknown"
    danger = endangered(said.shape, said.text)
    asked_for = (
        first in ("book", "proxy", "reschedule")
        and said.has_time
        and not acute(said.shape)
        and not reported(said.shape)
    )
    heard_of = said.mentioned and first in ("broadcast_notice", "remind_me") and acute(said.shape)
    if heard_of or ((danger or reported(said.shape)) and first not in KEPT and not asked_for):
        return noting.concern(said)
    for name, match, detail in chain([foremost] if foremost else [], rows):
        reading = READERS.get(name, _plain)(said, name, match, detail)
        if reading is not None:
            reading = _moved_before_sending(said, reading)
            if danger and name in ("record", "talk_record", "book", "proxy", "reschedule"):
                return Reading(reading.intent, reading.slots, reading.ask, ("report_concern",))
            return reading
    return _without_intent(said)


def _alone(said: Utterance) -> list[tuple[str, re.Match[str], str]]:
    return [(name, found, "") for name, pattern in _alone_rows() if (found := pattern.search(said.text.strip()))]


@cache
def _alone_rows() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(whole(form))) for name, form, _ in table("teacher")["alone"])


@cache
def _answers(pending: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(whole(form))) for name, form in table("teacher").get(pending, {}).items())


def _pending(said: Utterance) -> Reading | None:
    """The grammar of the question that was asked last; anything else is a new command."""
    pending = said.context.pending
    text = said.text.strip()
    if pending == "shown":
        return next((Reading(name) for name, pattern in _answers("shown") if pattern.match(text)), None)
    if pending == "took_place":
        found = next((name for name, pattern in _answers("took_place") if pattern.match(text)), None)
        return Reading("took_place", {"value": found}) if found else None
    if pending in ("choice", "offer"):
        return choice(said)
    return None


def choice(said: Utterance) -> Reading | None:
    """A number, or the words of one of the choices."""
    options = said.context.options
    text = said.text.strip(" 。.!,()")
    number = re.fullmatch(r"(?:选|回复|第|我选)?\s?(\d{1,2}|[一二三四五六七八九])(?:个|号|项)?", text)
    if number:
        key = number[1] if number[1].isdecimal() else str("零一二三四五六七八九".index(number[1]))
        return Reading("choice", {"value": key}) if key in options or not options else None
    found = [key for key, label in options.items() if text and text in label.lower()]
    return Reading("choice", {"value": found[0]}) if len(found) == 1 else None


def _plain(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """Intents that need no more than the children they speak of."""
    slots, ask = who(said)
    return Reading(name, slots, ask)


def _listed(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """今天 and 本周 have lists of their own; another day is a list with its time, an hour is a booking."""
    if said.moment().bookable and re.fullmatch(r"W的?(?:家访|预约|走访)", said.shape):
        return None
    if pattern("changing.of_time").search(said.shape):
        return None
    words = said.text
    if re.search("今天|今日|今晚", words) or (
        re.search(r"[上下中]午|晚上", words) and not re.search(r"周|星期|礼拜|明|后天|号|月", words)
    ):
        return Reading("list_today")
    moment = said.moment()
    if pattern("slots.this_week").search(words) or _until_sunday(said, moment):
        return Reading("list_week")
    slots, _ = who(said)
    return Reading("list_all", {**slots, **({} if moment.none else {"target_time": moment})})


def _until_sunday(said: Utterance, moment: Moment) -> bool:
    """礼拜天之前我还约了谁: up to the end of this week."""
    today = said.now.date()
    return moment.ask == "vague_day" and "前" in said.text and moment.day == today + timedelta(days=6 - today.weekday())


def _progress(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """今天还有几家没访 is about today's visits, not about the term."""
    if re.search(r"今天|今日|(?:这|本)个?(?:周|星期|礼拜)", said.text) and re.search(
        "还[有剩差]|几[个家户]|谁家", said.text
    ):
        return _listed(said, name, match, detail)
    return Reading(name, {"class": said.class_name} if said.class_name else {})


def _unknown(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    slots, _ = who(said)
    colleague = next((each.said for each in said.names if each.kind == "teacher"), "")
    if detail == "proxy" and colleague:
        slots = {**slots, "on_behalf_of": colleague}
    return Reading("unknown", slots)


def _arrived(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """到许诺家 with an hour still to come is a visit to be, no arrival."""
    at = said.moment()
    if at.bookable and at.start is not None and isinstance(at.start, datetime):
        return _plain(said, name, match, detail) if at.start <= said.now.replace(tzinfo=None) else None
    return None if at.bookable and at.day != said.now.date() else _plain(said, name, match, detail)


def _over(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """刚跟唐糖妈妈说好了周四六点我过去: what is agreed for an hour to come is not over."""
    long_ago = re.search("去年|前年|上学[期年]|上个?月|以前", said.text)
    return None if said.ahead or long_ago else _plain(said, name, match, detail)


def _help(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    return None if said.mentioned and said.has_time else Reading("help")


def _bind(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    return noting.bind(said)


def _moved_before_sending(said: Utterance, reading: Reading) -> Reading:
    """A change while a proposal is being shown is a change of that proposal."""
    if said.context.pending != "shown" or reading.intent != "reschedule" or said.mentioned:
        return reading
    base = said.context.visit.start if said.context.visit else None
    moment = said.moment(ground=said.ground(base, keep=True))
    slots = {key: each for key, each in reading.slots.items() if key == "form"}
    return Reading(
        "edit", slots if moment.none else {**slots, "time": moment}, () if moment.bookable or slots else ("time",)
    )


def _reply(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """回复张小明妈妈：… names the family and what is to be said to it."""
    slots, ask = who(said)
    text = said.written(said.place(match.end()))
    return Reading(name, {**slots, "relation": match["relation"] or "", "text": text}, ask)


def _renew_code(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """张小明妈妈的绑定码 names the child and, mostly, which of the family."""
    slots, ask = who(said)
    relation = {"妈": "妈妈", "爸": "爸爸"}.get(match["relation"] or "", match["relation"] or "")
    return Reading(name, {**slots, "relation": relation}, ask)


def _unbind(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    return Reading("unbind", {}, ("confirm",))


def _without_intent(said: Utterance) -> Reading:
    """A time or a name alone says not what to do with it."""
    slots, _ = who(said)
    if said.has_time and len(said.text) <= 16 and BARE.fullmatch(said.shape.strip()):
        moment: Moment = said.moment()
        if not moment.none:
            return Reading("unknown", {**slots, "time": moment}, ("intent",))
    return Reading("unknown", slots, ("intent",) if slots else ())


Reader = Callable[[Utterance, str, re.Match[str], str], Reading | None]
READERS: dict[str, Reader] = {
    "book": booking.book, "proxy": booking.proxy,
    "reschedule": changing.reschedule, "cancel": changing.cancel,
    "record": noting.record, "talk_record": noting.record, "add_follow_up": noting.follow_up,
    "broadcast_notice": noting.broadcast, "remind_me": noting.remind, "also_remind": _plain,
    "bind": _bind, "unbind": _unbind, "list": _listed, "coverage_progress": _progress, "unknown": _unknown,
    "help": _help, "check_in": _arrived, "complete": _over, "reply_note": _reply, "renew_code": _renew_code,
    "hand_over": handing.hand_over, "invite": handing.along, "release": handing.along,
}  # fmt: skip
