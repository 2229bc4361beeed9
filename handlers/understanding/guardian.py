"""What a guardian says: safety and opting out first, then the answer to what was asked, then what is said unasked."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from handlers.understanding import answers
from handlers.understanding.changing import fits
from handlers.understanding.moment import NO_TIME, Moment
from handlers.understanding.normalise import pattern, table
from handlers.understanding.noting import bind
from handlers.understanding.reading import Reading
from handlers.understanding.slots import form_of
from handlers.understanding.utterance import Utterance

TRIMMED = " \u3000,，。.!！~;；、:：\n"
#: 能不能 denies nothing.
ALTERNATIVES = {
    "能不能": "能否", "可不可以": "可否", "可以不可以": "可否", "行不行": "行吗", "好不好": "好吗", "方不方便": "方便吗", "方便不方便": "方便吗",
    "是不是": "是否", "有没有空": "有空吗", "有没有": "有否", "要不要": "要否", "需不需要": "需要吗", "在不在": "在吗", "成不成": "成吗", "会不会": "会否", "用不用": "用否", "合不合适": "合适吗",
}  # fmt: skip
ALTERNATIVE = re.compile("|".join(sorted(ALTERNATIVES, key=len, reverse=True)))
WH = re.compile(r"几点|几个|几位|什么|啥|谁|哪|多久|多长|为什么|为啥|怎么|多少|干嘛")
ALL_FIT = re.compile(r"都(?:行|可以|方便|有空|在|成|好|没问题|ok)")
CHANGE = re.compile(r"改|换|挪|调|推迟|推后|延|提前|往[前后]|早|晚(?!上|自习|饭)|还是|能不能|要不|最好|不如")


@cache
def _rows(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((act, re.compile(pattern)) for act, pattern, *_ in table("guardian")[group])


@cache
def phrase(name: str) -> re.Pattern[str]:
    return re.compile(table("guardian")[name])


@cache
def _words(*groups: str) -> tuple[str, ...]:
    words = {each for group in groups for each in table("guardian")["words"][group]}
    return tuple(sorted(words, key=len, reverse=True))


def words_of(text: str, *groups: str) -> list[str] | None:
    """The words of a text that is made of such words only, read greedily, once over; None for any other."""
    at, found, words = 0, [], _words(*groups)
    while at < len(text):
        if text[at] in TRIMMED:
            at += 1
            continue
        word = next((each for each in words if text.startswith(each, at)), None)
        if word is None:
            return None
        found.append(word)
        at += len(word)
    return found


def made_of(text: str, *groups: str) -> bool:
    return bool(words_of(text, *groups))


def agrees(shape: str) -> bool:
    """好的, 行，谢谢老师, 👌: agreement and politeness and nothing else."""
    affirm = set(_words("affirm"))
    return any(each in affirm for each in words_of(shape, "affirm", "filler", "greeting") or ())


def read_guardian(said: Utterance) -> Reading:
    shape = ALTERNATIVE.sub(lambda found: ALTERNATIVES[found.group()], said.shape.strip(TRIMMED))
    context = said.context
    for act, pattern in _rows("first"):
        if pattern.search(shape):
            if act == "help" and context.pending == "confirmation" and said.has_time:
                continue
            return bind(said) if act == "bind" else _act(said, act)
    pending = context.pending
    if pending == "survey" and context.question is not None:
        return answers.survey(said, context.question)
    if pending == "consent":
        return _consent(shape)
    if pending in ("offer", "choice"):
        return _offer(said, shape)
    if pending in ("confirmation", "shown"):
        return _confirmation(said, shape)
    return _unasked(said, shape)


def _act(said: Utterance, act: str, **slots: Any) -> Reading:
    if act in ("message", "update_info", "complaint", "urgent", "question", "request_visit"):
        slots.setdefault("text", said.written(0))
    return Reading(act, slots)


def _consent(shape: str) -> Reading:
    if re.search(r"不同意|不(?:可以|行|愿意|接受|授权|允许)|拒绝|^(?:不|否|2|no)", shape):
        return Reading("refuse_consent")
    if (re.search(r"同意|授权|允许|接受", shape) and not re.search(r"[?吗]|部分|只", shape)) or agrees(shape):
        return Reading("consent")
    return Reading("question" if re.search(r"[?吗]|什么|怎么|为什么|谁", shape) else "ask")


def _quick(said: Utterance, shape: str) -> Reading | None:
    """A number alone, or 回复1."""
    match = re.fullmatch(r"(?:回复|选|选择|我选|回)?\s?(?:第)?([1-9]|[一二三四五])(?:个|号|项)?", shape.strip("()[]"))
    if match is None:
        return None
    key = match[1] if match[1].isdecimal() else str("零一二三四五".index(match[1]))
    replies = said.context.quick_replies or {"1": "confirm"}
    return Reading(replies[key]) if key in replies else Reading("ask")


def _confirmation(said: Utterance, shape: str) -> Reading:
    quick = _quick(said, shape)
    if quick is not None:
        return quick
    if agrees(shape) and not phrase("hedge").search(shape):
        return Reading("confirm")
    told = _told(said, shape)
    if told is not None:
        return told
    if made_of(shape, "greeting", "filler"):
        return Reading("smalltalk")
    if phrase("message").search(shape) and not phrase("decline").search(shape):
        return _act(said, "message")
    return Reading("ask")


def _told(said: Utterance, shape: str) -> Reading | None:
    """An answer to 可以吗 in so many words."""
    visit = said.context.visit
    form = _other_form(said, shape)
    rows = [act for act, pattern in _rows("rows") if pattern.search(shape)]
    if "update_info" in rows:
        return _act(said, "update_info")
    if "delay" in rows and not (said.has_time and pattern("guardian.agree_to_time").search(shape) and "再" not in shape):
        return Reading("delay")
    asking = "question" in rows and WH.search(shape) and not re.search("换|改|怎么样|不来|别来", shape)
    if form and not asking:
        moment = said.moment(ground=said.ground(visit.start if visit else None))
        return Reading("change_form", {"form": form, **({} if moment.none or moment.ask else {"time": moment})})
    if "complaint" in rows:
        return _act(said, "complaint")
    if "question" in rows and not (said.has_time and pattern("guardian.agree_to_time").search(shape) and "不是说" not in shape):
        return _act(said, "question")
    if said.has_time:
        timed = _timed(said, shape)
        if timed is not None:
            return timed
    if "delegate" in rows and not phrase("decline").search(shape):
        return Reading("delegate")
    return _plain_answer(said, shape)


def _plain_answer(said: Utterance, shape: str) -> Reading | None:
    clean = re.sub(r"不好意思|行不行|没问题|没有问题|不客气|不见不散|不错|不用谢|百忙之中|百忙|别客气|不变|不改|不麻烦|有事(?:您|你|老师)?(?:说|联系)|特别|别墅", "", shape)
    if phrase("decline").search(clean):
        return Reading("ask") if re.search(r"可以|没问题|好的", clean) and phrase("hedge").search(clean) else Reading("decline")
    if phrase("hedge").search(clean):
        return Reading("ask")
    if any(agrees(each) for each in re.split(r"[,。;!~ ]", shape)[:4]):
        return Reading("confirm")
    if phrase("accept").search(shape) or (re.match(r"(?:好的?|行|可以|嗯+|没问题|ok|同意|收到|欢迎)(?:[,。! 老]|$)", shape) and len(shape) <= 24):
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


def _timed(said: Utterance, shape: str) -> Reading | None:
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
    changing = bool(CHANGE.search(shape) and re.search(r"改|换|挪|推|早|晚(?!上)|还是|提前", shape))
    if _same_time(moment, said) and not changing and not pattern("guardian.agree_to_time").search(shape):
        if moment.bookable or positive:
            return Reading("decline") if phrase("decline").search(shape) and not positive else Reading("confirm")
        return Reading("ask")
    if phrase("decline").search(pattern("guardian.agree_to_time").sub("", shape)) and moment.granularity == "date" and not re.search(r"可以|行$|方便$|有空|改|换|吧$|后|好$", pattern("guardian.agree_to_time").sub("", shape)) and _denied_all(said):
        return Reading("decline")
    return Reading("counter", {"time": moment}, () if moment.bookable else ("time",))


def _denied_all(said: Utterance) -> bool:
    moment = said.moment()
    return (moment.confirm and moment.granularity == "date") or moment.ask == "vague_day"


def _offer(said: Utterance, shape: str) -> Reading:
    """One of up to three slots, by number, by words or by time; or another time."""
    options = said.context.options
    by_number = answers.numbered(shape, options)
    if by_number is not None:
        return by_number
    moment = said.moment() if said.has_time else NO_TIME
    if not moment.none:
        fitting = [key for key, text in options.items() if answers.option_fits(text, moment)]
        if len(fitting) == 1 and not re.search(r"除了|不行|没空|不方便", shape):
            return Reading("choice", {"value": fitting[0]})
        if len(fitting) > 1 or (re.search(r"除了|不行|没空|不方便", shape) and (fitting or moment.ask)):
            return Reading("ask")
    named = [key for key, text in options.items() if len(shape) > 1 and not text[:1].isdecimal() and (shape in text or text in shape)]
    if len(named) == 1:
        return Reading("choice", {"value": named[0]})
    none_fit = next((key for key, text in options.items() if re.search("都不|不方便|不行|其他|另", text)), None)
    if re.search(r"都不(?:行|方便|可以|合适|太方便|太行)|都没(?:空|时间)|(?:全|两个|这几个)都?不", shape):
        return Reading("choice", {"value": none_fit}) if none_fit else Reading("decline")
    if agrees(shape) or ALL_FIT.search(shape):
        return Reading("ask") if agrees(shape) or len(shape) > 6 else Reading("delegate")
    told = _told(said, shape)
    if told is not None:
        return told if told.intent != "confirm" else Reading("ask")
    return Reading("smalltalk") if made_of(shape, "greeting", "filler") else Reading("ask")


def _unasked(said: Utterance, shape: str) -> Reading:
    """Nothing is pending: about the confirmed visit, or for the teacher."""
    confirmed = said.context.confirmed
    if re.fullmatch(r"[\d.]{1,4}|[a-h]", shape):
        return Reading("ask")
    if made_of(shape, "affirm", "filler", "greeting"):
        return Reading("smalltalk")
    rows = [act for act, pattern in _rows("rows") if pattern.search(shape)]
    if "update_info" in rows:
        return _act(said, "update_info")
    if confirmed is not None:
        about = _about_confirmed(said, shape, rows)
        if about is not None:
            return about
    if "complaint" in rows:
        return _act(said, "complaint")
    if phrase("request_visit").search(shape):
        moment = said.moment()
        return _act(said, "request_visit", **({} if moment.none else {"time": moment}))
    if phrase("message").search(shape) and not re.search(r"[?吗]$", shape) and not (WH.search(shape) and "请假" not in shape):
        return _act(said, "message")
    if "question" in rows or re.search(r"[?吗呢]$|什么|怎么|几点|多少", shape):
        return _act(said, "question")
    return _act(said, "message")


def _about_confirmed(said: Utterance, shape: str, rows: list[str]) -> Reading | None:
    late = phrase("late").search(shape)
    if late and not re.search(r"取消|改天|来不了|别来|孩子.{0,4}(?:今天)?.{0,2}(?:迟到|晚到)", shape):
        minutes = answers.minutes_in(said.text)
        return Reading("late", {"minutes": minutes} if minutes else {})
    if "question" in rows and not (said.has_time and pattern("guardian.agree_to_time").search(shape)):
        return _act(said, "question")
    confirmed = said.context.confirmed
    base = confirmed.start if confirmed else None
    if re.search(r"改|换|推迟|提前|挪|往后|往前|延", shape) or (said.has_time and pattern("guardian.agree_to_time").search(shape)):
        moment = said.moment(ground=said.ground(base, keep=True))
        form = form_of(pattern("guardian.denied_form").sub(" ", shape))
        if moment.none and form and confirmed and form != confirmed.form:
            return Reading("change_form", {"form": form})
        return Reading("counter", {} if moment.none else {"time": moment}, () if moment.bookable else ("time",))
    called_off = re.search("取消|不用来|别来|来不了|不来了|不要来|改天", shape)
    if called_off or phrase("cancel").search(shape) and not phrase("message").search(shape):
        return Reading("cancel")
    if phrase("accept").search(shape):
        return Reading("smalltalk")
    return None
