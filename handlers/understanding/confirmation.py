"""What a family answers when it is asked whether a visit suits: yes, no, another time, another form, later."""

from __future__ import annotations

import re
from typing import Any

from handlers.understanding.announced import timed
from handlers.understanding.moment import Moment
from handlers.understanding.normalise import pattern
from handlers.understanding.phrases import WH, acts, agrees, heard_only, made_of, phrase
from handlers.understanding.reading import Reading
from handlers.understanding.slots import form_of
from handlers.understanding.telling import all_agree, begins_with_yes, clauses, only_told, ready_too_late
from handlers.understanding.utterance import Utterance
from handlers.understanding.weighing import weighed

#: 要不要, 会不会 and the like, as alternatives are written.
ASKED = re.compile("[会要用需是有]否|需要吗|(?:要|会|用|得|可以|能)[^,。;!? ]{1,10}不$")


def act_of(said: Utterance, act: str, **slots: Any) -> Reading:
    if act in ("message", "update_info", "complaint", "urgent", "question", "request_visit"):
        slots.setdefault("text", said.written(0))
    return Reading(act, slots)


def quick(said: Utterance, shape: str) -> Reading | None:
    """A number alone, or 回复1."""
    match = re.fullmatch(r"(?:回复|选|选择|我选|回)?\s?(?:第)?([1-9]|[一二三四五])(?:个|号|项)?", shape.strip("()[]"))
    if match is None:
        return None
    key = match[1] if match[1].isdecimal() else str("零一二三四五".index(match[1]))
    replies = said.context.quick_replies or {"1": "confirm"}
    return Reading(replies[key]) if key in replies else Reading("ask")


def confirmation(said: Utterance, shape: str) -> Reading:
    if heard_only(shape):
        return Reading("ask")
    left_to_you = pattern("guardian.as_it_suits").search(shape)
    if agrees(shape) and not left_to_you and not phrase("hedge").search(shape):
        return Reading("confirm")
    if re.fullmatch(r"[?!]+", shape):
        return Reading("ask")
    said_so = told(said, shape)
    if said_so is not None:
        return said_so
    if made_of(shape, "greeting", "filler"):
        return Reading("smalltalk")
    if phrase("message").search(shape) and not phrase("decline").search(shape):
        return act_of(said, "message")
    return (
        act_of(said, "question")
        if WH.search(re.sub("那个?(?:啥|什么)", "", shape)) or ASKED.search(shape)
        else Reading("ask")
    )


def rows_in(said: Utterance, shape: str) -> list[str]:
    """The rows that fit the shape, or the words as they were written."""
    return [act for act, form in acts("rows") if form.search(shape) or form.search(said.text)]


def told(said: Utterance, shape: str) -> Reading | None:
    """An answer to 可以吗 in so many words."""
    rows = rows_in(said, shape)
    if "complaint" in rows and re.search("投诉|举报", shape):
        return act_of(said, "complaint")
    weighty = None if {"complaint", "update_info"} & set(rows) else weighed(said)
    if weighty is not None:
        return weighty
    if "update_info" in rows:
        return _and_agreed(act_of(said, "update_info"), shape)
    if _of_school_days(said, shape):
        if "complaint" in rows:
            return act_of(said, "complaint")
        return act_of(
            said,
            "question"
            if WH.search(shape) or re.search(r"[吗么?]$|.还是.", shape) or ASKED.search(shape)
            else "message",
        )
    early = _put_off(said, shape, rows)
    if early is not None:
        return early
    return _answered(said, shape, rows)


def _answered(said: Utterance, shape: str, rows: list[str]) -> Reading | None:
    """Another form, a complaint, a question, a time, or a plain answer, in this order."""
    visit = said.context.visit
    form = _other_form(said, shape)
    asking = (
        "question" in rows
        and WH.search(shape)
        and not re.search("换|改|怎么样|不来|别来|有(?:什么|啥)事.{0,3}(?:微信|发|说|群|电话|视频|打)", shape)
    )
    if form and not asking:
        moment = said.moment(ground=said.ground(visit.start if visit else None))
        return Reading("change_form", {"form": form, **({} if moment.none or moment.ask else {"time": moment})})
    if not form and pattern("guardian.some_other_form").search(shape):
        return Reading("change_form", {}, ("form",))
    if "complaint" in rows:
        return act_of(said, "complaint")
    wishes = pattern("guardian.other_hour").search(said.text)
    if (
        "question" in rows
        and not all_agree(shape)
        and not (pattern("guardian.double_denial").search(shape) and not ASKED.search(shape))
        and not (wishes and not said.has_time)
        and not (said.has_time and _asks_for_time(shape))
    ):
        return _and_agreed(act_of(said, "question"), shape)
    thanked = pattern("guardian.thanked").search(said.text)
    told_of = said.has_time and begins_with_yes(shape) and only_told(said)
    if told_of and visit and visit.start and ready_too_late(said, visit.start):
        return Reading("ask")
    at = timed(said, shape) if said.has_time and not thanked and not told_of else None
    if wishes and (at is None or at.intent in ("decline", "ask")):
        return Reading("counter", {"time": _some_other_hour(said)}, ("time",))
    of_child = re.search("孩子|娃|宝宝|S|儿子|女儿|闺女", shape)
    if at is not None and at.intent == "counter" and of_child and only_told(said):
        return Reading("ask")
    if at is not None:
        return at
    if "delegate" in rows and not phrase("decline").search(shape):
        return Reading("ask" if pattern("certain.thrown_back").search(shape) else "delegate")
    return _plain_answer(said, shape)


def _asks_for_time(shape: str) -> bool:
    """周五可以吗 is a wish; 五点来的话，六点能结束吗 asks about the visit."""
    asked = pattern("guardian.agree_to_time").search(shape) and "不是说" not in shape
    return bool(asked) and not pattern("guardian.about_the_end").search(shape)


def _put_off(said: Utterance, shape: str, rows: list[str]) -> Reading | None:
    """Left to the teacher, or left for later."""
    if pattern("guardian.no_thanks").search(shape):
        return None
    a_day = any(each.kind == "day" for each in said.times)
    plain = pattern("guardian.courtesy").sub("", shape)
    if not a_day and pattern("guardian.as_it_suits").search(shape) and not phrase("decline").search(plain):
        return Reading("delegate")
    if a_day and said.moment().bookable and not pattern("guardian.later").search(shape):
        return None
    if pattern("guardian.again_at").search(shape):
        return None
    proposed = said.has_time and pattern("guardian.agree_to_time").search(shape)
    if "delay" in rows and not (proposed and not pattern("guardian.answer_comes").search(shape)):
        return Reading("delay")
    return None


def _some_other_hour(said: Utterance) -> Moment:
    """能不能晚一点: another hour of the announced day, and which one has to be asked."""
    visit = said.context.visit
    partial = {"date": visit.start.date().isoformat()} if visit and visit.start else {}
    return Moment(ask="vague_time", partial=partial)


def _of_school_days(said: Utterance, shape: str) -> bool:
    """孩子今天没带水杯: the child's day at school, which answers no question about a visit."""
    if pattern("guardian.shifted").search(shape) or pattern("guardian.calls_on").search(shape):
        return False
    of_child = said.has_time and re.search("孩子|S|娃|儿子|女儿", shape) and "吗" not in shape
    if any(agrees(shape[a:b]) or pattern("guardian.cannot").search(shape[a:b]) for a, b in clauses(shape)):
        return False
    school = of_child or phrase("message").search(shape) or phrase("message").search(said.text)
    if not school or phrase("about_visit").search(shape):
        return False
    visit = said.context.visit
    day = said.moment(ground=said.ground(plain=True)).day
    return day is None or visit is None or visit.start is None or day != visit.start.date()


def _and_agreed(reading: Reading, shape: str) -> Reading:
    """可以，请问几点到 asks, and has agreed besides."""
    first = re.split(r"[,。;! ]", shape)[0]
    agreed = agrees(first) and not phrase("hedge").search(first) and not phrase("decline").search(shape)
    return Reading(reading.intent, reading.slots, reading.ask, ("confirm",) if agreed else ())


def _plain_answer(said: Utterance, shape: str) -> Reading | None:
    """Yes, no or perhaps in words of one's own, without a time."""
    twice = pattern("guardian.double_denial")
    if twice.search(shape) and not phrase("decline").search(twice.sub("", shape)):
        return Reading("ask" if "不是" in shape and not phrase("accept").search(shape) else "confirm")
    clean = pattern("guardian.courtesy").sub("", shape)
    if re.search(r"[吗么?](?:$|[,。!~ ])", clean):
        return act_of(said, "question")
    if re.match("(?:我们?|请问)?(?:能否|可否)", clean):
        return act_of(said, "question")
    parts = re.split(r"[,。;!~ ]", clean)[:4] + re.split(r"[,。;!~ ]", shape)[:1]
    agreed = any(agrees(each) for each in parts)
    if phrase("decline").search(clean):
        unclear = pattern("guardian.half_no").search(clean) or (agreed and not re.search("但|不过|可是|就是", clean))
        return Reading("ask" if unclear else "decline")
    if phrase("hedge").search(clean):
        return Reading("ask")
    if re.search("[在是要]几|在哪|什么|是谁|多[久少]", clean):
        return _and_agreed(act_of(said, "question"), shape)
    if agreed or phrase("accept").search(shape) or begins_with_yes(shape):
        return Reading("ask" if _conditional(clean) and _conditional(shape) else "confirm")
    return None


def _conditional(shape: str) -> bool:
    """可以，不过 … takes back what it gave, unless it is only modest: 可以，就是家里有点乱."""
    turn = pattern("guardian.but").search(shape)
    if turn is None or (turn.start() == 0 and turn.group() not in ("如果", "要是", "除非")):
        return False
    rest = shape[turn.end() :]
    return not agrees(rest) and not pattern("guardian.modest").search(rest)


def _other_form(said: Utterance, shape: str) -> str:
    """The form wished for, when it is not the one that was announced."""
    visit = said.context.visit
    if pattern("guardian.told_of_call").search(shape):
        return ""
    wished = pattern("guardian.denied_form").sub(" ", pattern("guardian.on_arrival").sub(" ", shape))
    form = form_of(wished)
    if form == "入户" and not re.search(
        r"家里|来一?[趟次]|上门|入户|当面|[来到上去](?:我们?|咱们?|俺们?)?(?:家|屋)|来(?:我们?|咱|俺)|面谈|[换改][成为做]?家访",
        wished,
    ):
        form = ""
    if not form and pattern("guardian.denied_form").search(shape) and re.search(r"来家|上门|入户|家里", shape):
        return ""
    announced = visit.form if visit else ""
    instead = pattern("guardian.denied_form").search(shape)
    if form == announced or not (instead or pattern("guardian.form_wish").search(wished)):
        return ""
    return form
