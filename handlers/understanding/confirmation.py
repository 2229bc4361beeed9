"""What a family answers when it is asked whether a visit suits: yes, no, another time, another form, later."""

from __future__ import annotations

import re
from typing import Any

from handlers.understanding.changing import fits
from handlers.understanding.moment import Moment
from handlers.understanding.normalise import pattern
from handlers.understanding.phrases import acts, agrees, made_of, phrase
from handlers.understanding.reading import Reading
from handlers.understanding.slots import form_of
from handlers.understanding.utterance import Utterance

WH = re.compile(r"几点|几个|几位|什么|啥|谁|哪|多久|多长|为什么|为啥|怎么|多少|干嘛")
ALL_FIT = re.compile(r"都(?:行|可以|方便|有空|在|成|好|没问题|ok)")


def act_of(said: Utterance, act: str, **slots: Any) -> Reading:
    if act in ("message", "update_info", "complaint", "urgent", "question", "request_visit"):
        slots.setdefault("text", said.written(0))
    return Reading(act, slots)


def _quick(said: Utterance, shape: str) -> Reading | None:
    """A number alone, or 回复1."""
    match = re.fullmatch(r"(?:回复|选|选择|我选|回)?\s?(?:第)?([1-9]|[一二三四五])(?:个|号|项)?", shape.strip("()[]"))
    if match is None:
        return None
    key = match[1] if match[1].isdecimal() else str("零一二三四五".index(match[1]))
    replies = said.context.quick_replies or {"1": "confirm"}
    return Reading(replies[key]) if key in replies else Reading("ask")


def confirmation(said: Utterance, shape: str) -> Reading:
    quick = _quick(said, shape)
    if quick is not None:
        return quick
    if agrees(shape) and not phrase("hedge").search(shape):
        return Reading("confirm")
    said_so = told(said, shape)
    if said_so is not None:
        return said_so
    if made_of(shape, "greeting", "filler"):
        return Reading("smalltalk")
    if phrase("message").search(shape) and not phrase("decline").search(shape):
        return act_of(said, "message")
    return Reading("ask")


def told(said: Utterance, shape: str) -> Reading | None:
    """An answer to 可以吗 in so many words."""
    visit = said.context.visit
    form = _other_form(said, shape)
    rows = [act for act, form in acts("rows") if form.search(shape)]
    if "update_info" in rows:
        return act_of(said, "update_info")
    if "delay" in rows and not (
        said.has_time and pattern("guardian.agree_to_time").search(shape) and "再" not in shape
    ):
        return Reading("delay")
    asking = "question" in rows and WH.search(shape) and not re.search("换|改|怎么样|不来|别来", shape)
    if form and not asking:
        moment = said.moment(ground=said.ground(visit.start if visit else None))
        return Reading("change_form", {"form": form, **({} if moment.none or moment.ask else {"time": moment})})
    if "complaint" in rows:
        return act_of(said, "complaint")
    if "question" in rows and not (
        said.has_time and pattern("guardian.agree_to_time").search(shape) and "不是说" not in shape
    ):
        return act_of(said, "question")
    if said.has_time:
        at = timed(said, shape)
        if at is not None:
            return at
    if "delegate" in rows and not phrase("decline").search(shape):
        return Reading("delegate")
    return _plain_answer(said, shape)


def _plain_answer(said: Utterance, shape: str) -> Reading | None:
    clean = re.sub(
        r"不好意思|行不行|没问题|没有问题|不客气|不见不散|不错|不用谢|百忙之中|百忙|别客气|不变|不改|不麻烦|有事(?:您|你|老师)?(?:说|联系)|特别|别墅",
        "",
        shape,
    )
    if phrase("decline").search(clean):
        return (
            Reading("ask")
            if re.search(r"可以|没问题|好的", clean) and phrase("hedge").search(clean)
            else Reading("decline")
        )
    if phrase("hedge").search(clean):
        return Reading("ask")
    if any(agrees(each) for each in re.split(r"[,。;!~ ]", shape)[:4]):
        return Reading("confirm")
    if phrase("accept").search(shape) or (
        re.match(r"(?:好的?|行|可以|嗯+|没问题|ok|同意|收到|欢迎)(?:[,。! 老]|$)", shape) and len(shape) <= 24
    ):
        return Reading("confirm")
    return None


def _other_form(said: Utterance, shape: str) -> str:
    """The form wished for, when it is not the one that was announced."""
    visit = said.context.visit
    wished = pattern("guardian.denied_form").sub(" ", shape)
    form = form_of(wished)
    if form == "入户" and not re.search(r"来家|家里|上门|入户|当面|到家|来我们?家|面谈", wished):
        form = ""
    if not form and pattern("guardian.denied_form").search(shape) and re.search(r"来家|上门|入户|家里", shape):
        return ""
    announced = visit.form if visit else ""
    if form == announced or not pattern("guardian.form_wish").search(wished):
        return ""
    return form


def _same_time(moment: Moment, said: Utterance) -> bool:
    """Whether the time named is the one that was announced."""
    visit = said.context.visit
    return visit is not None and visit.start is not None and fits(visit, moment)


def timed(said: Utterance, shape: str) -> Reading | None:
    """A time in an answer: the announced one agreed to or refused, or another one."""
    visit = said.context.visit
    base = visit.start if visit else None
    moment = said.moment(ground=said.ground(base))
    if moment.none:
        return None
    only_denied = moment.ask == "vague_day" and not re.search(r"周末|改天|哪天", shape)
    if only_denied and phrase("decline").search(shape) and not moment.candidates:
        return Reading("decline")
    if ALL_FIT.search(shape):
        return Reading("ask")
    if moment.ask == "recurring":
        return None
    positive = phrase("accept").search(shape) or re.search(r"好|行|可以|嗯|没问题|ok|ＯＫ|等", shape) is not None
    changing = bool(re.search(r"改|换|挪|推|早|晚(?!上)|还是|提前", shape))
    if _same_time(moment, said) and not changing and not pattern("guardian.agree_to_time").search(shape):
        if moment.bookable or positive:
            return Reading("decline") if phrase("decline").search(shape) and not positive else Reading("confirm")
        return Reading("ask")
    if (
        phrase("decline").search(pattern("guardian.agree_to_time").sub("", shape))
        and moment.granularity == "date"
        and not re.search(r"可以|行$|方便$|有空|改|换|吧$|后|好$", pattern("guardian.agree_to_time").sub("", shape))
        and _denied_all(said)
    ):
        return Reading("decline")
    return Reading("counter", {"time": moment}, () if moment.bookable else ("time",))


def _denied_all(said: Utterance) -> bool:
    moment = said.moment()
    return (moment.confirm and moment.granularity == "date") or moment.ask == "vague_day"
