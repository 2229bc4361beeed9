"""What a guardian says: safety and opting out first, then the answer to what was asked, then what is said unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from handlers.understanding import answers
from handlers.understanding.announced import ALL_FIT
from handlers.understanding.aside import aside
from handlers.understanding.certain import called_off, certain
from handlers.understanding.confirmation import act_of, confirmation, quick, rows_in, told
from handlers.understanding.danger import endangered_child
from handlers.understanding.moment import NO_TIME, Moment
from handlers.understanding.normalise import pattern, simplify
from handlers.understanding.noting import bind
from handlers.understanding.phrases import WH, acts, agrees, made_of, phrase, plain_shape
from handlers.understanding.picking import numbered
from handlers.understanding.reading import Reading
from handlers.understanding.slots import form_of
from handlers.understanding.telling import clauses
from handlers.understanding.unasked import unasked
from handlers.understanding.utterance import Utterance, utter
from handlers.understanding.weighing import beside

#: Times that may stand beside a slot that was chosen: 2号，午休能接电话.
LOOSE = ("same_day", "same_hour", "event", "part")


#: 就2号吧, which is no day of the month where slots are offered.
NUMBERED = re.compile(
    r"(?:我们?|那|就|选择?|要|回复|定)*第?(?:\d(?:号|个|(?=吧))|[一二三四五]号)(?:选项|时间段?|时段|方案|那个)?吧?"
)
#: None of the slots fits.
ALL_NO = re.compile(
    "(?:都|全|一个(?:都|也))不(?:行|方便|可以|合适|太方便|太行|得行|中|成|凑巧)|都没(?:空|时间)|(?:全|两个|这几个)都?[不没]"
    "|(?:这|那)?[两三几]个(?:时间|时段|点)?都(?:撞|冲突|卡|占|有事|上班|加班|走不|来不|排满)"
)


def read_guardian(said: Utterance) -> Reading:
    shape = plain_shape(said.shape)
    context = said.context
    outright = _first(said, shape)
    if outright is not None:
        return outright
    pending = context.pending
    if pending == "survey" and context.question is not None:
        answered = answers.survey(said, context.question)
        of_it = answers.bears_on(said, context.question)
        return answered if answered.intent != "ask" or of_it else aside(said, shape, answered)
    if pattern("guardian.forwarded").search(shape) and pending != "none":
        return Reading("ask")
    if pending == "consent":
        return _consent(shape)
    if pending in ("offer", "choice"):
        return aside(said, shape, _offer(said, shape))
    if pending in ("confirmation", "shown"):
        reading = quick(said, shape) or certain(said, shape, confirmation(said, shape))
        by_child = reading.intent in ("confirm", "decline") and pattern("guardian.child").search(shape)
        return Reading("ask") if by_child else aside(said, shape, reading)
    reading = unasked(said, shape)
    return called_off(said, shape, reading) if reading.intent == "cancel" else reading


def _first(said: Utterance, shape: str) -> Reading | None:
    """Danger, opting out and the like: read before the question that is pending."""
    if endangered_child(shape, said.text, simplify(said.normal.raw).text):
        return act_of(said, "urgent")
    for act, form in acts("first"):
        if form.search(shape):
            if act == "help" and said.context.pending != "none" and (said.has_time or shape.strip("?") == ""):
                continue
            if act == "wrong_recipient" and _corrects(said, shape, form):
                continue
            asked = act == "unsubscribe" and pattern("certain.opting").search(shape)
            return bind(said) if act == "bind" else act_of(said, "question" if asked else act)
    return None


def _corrects(said: Utterance, shape: str, form: re.Pattern[str]) -> bool:
    """打错了，是周四: a time or an answer is put right, and nobody says that the message was not for them."""
    if said.context.pending == "survey" and answers.put_right(said.text):
        return True
    found = form.search(shape)
    dated = any(each.kind in ("day", "hour") for each in said.times)
    return bool(dated and found and "错" in found.group() and pattern("denial.corrected").search(shape))


def _consent(shape: str) -> Reading:
    if re.search(r"不同意|不(?:可以|行|愿意|接受|授权|允许)|拒绝|^(?:不|否|2|no)", shape):
        return Reading("refuse_consent")
    if (re.search(r"同意|授权|允许|接受", shape) and not re.search(r"[?吗]|部分|只|什么|谁|怎么", shape)) or agrees(
        shape
    ):
        return Reading("consent")
    return Reading("question" if re.search(r"[?吗]|什么|怎么|为什么|谁", shape) else "ask")


def _offer(said: Utterance, shape: str) -> Reading:
    """One of up to three slots, by number, by words or by time; or another time."""
    options = said.context.options
    said_once = re.sub(r"^(.{0,2}?\d[号个的吧]?)(?:[,。! ]*\1)+$", r"\1", said.text.strip()) if shape.strip() else ""
    pointing = said.has_time and all(each.kind == "same_hour" for each in said.times)
    number = said_once if pointing or NUMBERED.fullmatch(said_once) else shape
    by_number = numbered(number, options) or answers.by_order(said, options)
    day = re.fullmatch(r"(\d)号(?:那个|的|那天|那场)?吧?", said.text.strip())
    if day and by_number is not None:
        # Where a slot is on the 4th, 4号那个 is that one rather than the fourth.
        dated = [key for key, text in options.items() if text[8:10] == day[1].zfill(2)]
        return by_number if not dated else Reading("choice", {"value": dated[0]}) if len(dated) == 1 else Reading("ask")
    if by_number is not None:
        return by_number
    chosen = _chosen_first(said, options)
    if chosen is not None:
        return chosen
    left = _one_left(said, options)
    if left is not None:
        return left
    shifted = _shifted_slot(said, shape)
    if shifted is not None:
        return shifted
    pointed = re.search(r"那个(?:时间|点|时段)|(?<=[点半刻分上午晚])的?那[个场档](?!星期|礼拜|月|周)", said.text)
    moment = said.moment(0, pointed.start() if pointed else None) if said.has_time else NO_TIME
    if not moment.none and WH.search(shape):
        return act_of(said, "question")
    timely = None if ALL_NO.match(shape) and not moment.bookable else _by_time(moment, shape, options)
    reading = timely if timely is not None else _by_words(said, shape, options)
    if reading.intent == "choice":
        return _with_what_is_wished(said, shape, reading)
    return Reading("ask") if reading.intent == "decline" and said.has_time else reading


def _with_what_is_wished(said: Utterance, shape: str, chosen: Reading) -> Reading:
    """周日那个，能视频吗: a slot in another form, or with a question beside it, is not simply taken."""
    visit = said.context.visit
    form = form_of(pattern("guardian.denied_form").sub(" ", pattern("guardian.on_arrival").sub(" ", shape)))
    if form and visit is not None and form != visit.form:
        at = said.context.options[chosen.slots["value"]]
        try:
            return Reading(
                "change_form", {"form": form, "time": Moment(datetime.fromisoformat(at), granularity="datetime")}
            )
        except ValueError:
            return Reading("ask")
    beside_it = [
        each
        for a, b in clauses(said.text)
        if (each := said.text[a:b]) and not any(a <= t.start < b for t in said.times)
    ]
    asks = any(re.search("(?<!可以)(?<!行)(?<!好)(?<!方便)[吗么?]$", each) for each in beside_it)
    return act_of(said, "question") if asks else chosen


def _chosen_first(said: Utterance, options: Mapping[str, str]) -> Reading | None:
    """选二，就我跟奶奶在家: a slot by its number, and nothing beside it that denies, asks or names a time."""
    spans = clauses(said.text)
    chosen = numbered(said.text[slice(*spans[0])], options) if len(spans) > 1 else None
    if chosen is None or chosen.intent != "choice" or any(each.kind not in LOOSE for each in said.times):
        return None
    rest = [plain_shape(utter(said.text[a:b], said.now, said.context).shape) for a, b in spans[1:]]
    if not all(beside(each) for each in rest):
        return None
    return _with_what_is_wished(said, plain_shape(said.shape), chosen)


def _one_left(said: Utterance, options: Mapping[str, str]) -> Reading | None:
    """第一个不行第二个可以, 周六的不行，周日的可以: the one slot that is taken, when the others named are refused."""
    parts = re.findall(
        "第[一二三1-9](?:个|条|项)?(?:(?!第[一二三1-9])[^,。;! ])*[,。;! ]*|[^,。;! 第]+[,。;! ]*", said.text
    )
    taken: set[str] = set()
    refused: set[str] = set()
    waiting: set[str] = set()
    for piece in parts:
        part = piece.rstrip(",。;! ")
        named = _slots_named(said, part, options)
        verdict = pattern("guardian.verdict").search(part)
        no = bool((verdict and verdict["no"]) or phrase("decline").search(part))
        if no and re.match("前[两二]个|前面|其他|别的", part):
            refused.add("")
        # 第一第二都不行: one that is followed at once by another waits for what is said of both.
        if re.search("[和跟与、]$", part) or (verdict is None and not no and part == piece and piece is not parts[-1]):
            waiting |= named
        elif no:
            refused |= named | waiting
        elif len(named) == 1 and (verdict or numbered(part, options)):
            taken |= named
    return Reading("choice", {"value": min(taken)}) if len(taken) == 1 and refused and not taken & refused else None


def _slots_named(said: Utterance, part: str, options: Mapping[str, str]) -> set[str]:
    """The slots that a piece of an answer names, by number or by a time that fits them."""
    number = numbered(re.match("(?:第[一二三1-9](?:个|条|项)?)?", part)[0] or part, options)  # type: ignore[index]
    if number is not None and number.intent == "choice":
        return {str(number.slots["value"])}
    moment = utter(part, said.now, said.context).moment(ground=said.ground(plain=True))
    return {key for key, text in options.items() if not moment.none and answers.option_fits(text, moment)}


def _shifted_slot(said: Utterance, shape: str) -> Reading | None:
    """第二个，但能晚到四点吗: the day of a slot with another hour."""
    clauses = re.split("[,。;! ]|(?<=个)(?=能|可以|可不可以|改)", said.text, maxsplit=1)
    chosen = numbered(clauses[0], said.context.options) if len(clauses) > 1 and said.has_time else None
    if chosen is None or chosen.intent != "choice":
        return None
    try:
        start = datetime.fromisoformat(said.context.options[chosen.slots["value"]])
    except ValueError:
        return None
    moment = said.moment(len(clauses[0]), ground=said.ground(start, keep=True))
    if moment.none or answers.option_fits(start.isoformat(), moment):
        return None
    return Reading("counter", {"time": moment}, () if moment.bookable else ("time",))


def _by_time(moment: Moment, shape: str, options: Mapping[str, str]) -> Reading | None:
    """The one slot that the time names, or another time than the slots."""
    if not moment.none:
        fitting = [key for key, text in options.items() if answers.option_fits(text, moment)]
        if len(fitting) == 1 and not re.search(r"除了|不行|没空|不方便", shape):
            return Reading("choice", {"value": fitting[0]})
        if len(fitting) > 1 or (re.search(r"除了|不行|没空|不方便", shape) and (fitting or moment.ask)):
            return Reading("ask")
        if moment.bookable and not fitting:
            return Reading("counter", {"time": moment})
    return None


def _by_words(said: Utterance, shape: str, options: Mapping[str, str]) -> Reading:
    """都不方便, 都行, 随便, or what is said of anything else."""
    named = [
        key
        for key, text in options.items()
        if len(shape) > 1 and not text[:1].isdecimal() and (shape in text or text in shape)
    ]
    if len(named) == 1:
        return Reading("choice", {"value": named[0]})
    none_fit = next((key for key, text in options.items() if re.search("都不|不方便|不行|其他|另", text)), None)
    if ALL_NO.search(shape):
        return Reading("choice", {"value": none_fit}) if none_fit else Reading("decline")
    if "delegate" in rows_in(said, shape) and re.search("听|随|[您你师T][^,]{0,3}(?:定|挑|选|安排|方便)", shape):
        return Reading("delegate")
    if agrees(shape) or ALL_FIT.search(shape):
        return Reading("ask") if agrees(shape) or len(shape) > 6 else Reading("delegate")
    slots = re.findall(r"第[一二三\d]", shape)
    said_so = Reading("ask") if len(slots) > 1 else told(said, shape)
    if slots and said_so is not None and said_so.intent == "decline":
        return Reading("ask")
    if said_so is not None:
        return said_so if said_so.intent != "confirm" else Reading("ask")
    return Reading("smalltalk") if made_of(shape, "greeting", "filler") else Reading("ask")
