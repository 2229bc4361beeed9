"""An answer of several clauses, weighed against the announced hour: 好，孩子五点有钢琴课，三点半正合适."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.understanding.changing import fits
from handlers.understanding.context import Context, OpenVisit
from handlers.understanding.moment import Moment
from handlers.understanding.normalise import pattern
from handlers.understanding.phrases import WH, acts, agrees, made_of, phrase, plain_shape
from handlers.understanding.reading import Reading
from handlers.understanding.slots import form_of
from handlers.understanding.telling import begins_with_yes, clauses, disturbs
from handlers.understanding.utterance import Utterance, utter

#: So long a visit takes at most, as far as what comes after it is concerned.
LONG = timedelta(minutes=30)
MOST = 6
#: 周日怎么样 asks for a yes.
HOW_IS = re.compile("怎么样|咋样|怎样")


def weighed(said: Utterance) -> Reading | None:
    """Yes with what is told beside it, a question when that stands against it, or the one time that is wished for.

    None when a clause says anything else.
    """
    visit, spans = said.context.visit, clauses(said.text)
    if visit is None or visit.start is None or not 2 <= len(spans) <= MOST:
        return None
    found = list(_verdicts(said, spans, visit.start, visit.form))
    kinds = [kind for kind, _ in found]
    if "other" in kinds:
        return None
    wishes = [moment for kind, moment in found if kind == "wish" and moment is not None]
    if not wishes and {"against", "busy", "tied", "whether"} & set(kinds):
        free = [moment for kind, moment in found if kind in ("free", "there") and moment is not None]
        wishes = [each for each in free if each.bookable or each.day != visit.start.date()]
    if not wishes and "whether" in kinds:
        wishes = [moment for kind, moment in found if kind == "told" and moment is not None]
    if len(wishes) == 2 and len({each.day for each in wishes} - {None}) < 2:
        wishes = [each for each in wishes if each.bookable] or wishes
    if len(wishes) == 1:
        # What was set beside a time that does not suit is said back.
        beside_it = {"against", "busy", "tied", "unknown"} & set(kinds)
        moment = replace(wishes[0], confirm=True) if beside_it else wishes[0]
        return Reading("counter", {"time": moment}, () if moment.bookable else ("time",))
    elsewhere = [moment for kind, moment in found if kind == "there" and moment and moment.day != visit.start.date()]
    if len(elsewhere) == 1 and set(kinds) <= {"yes", "nothing", "there"}:
        # 当然可以，十七号我们都在家, said of the sixteenth.
        moment = replace(elsewhere[0], confirm=True)
        return Reading("counter", {"time": moment}, () if moment.bookable else ("time",))
    if wishes or "yes" not in kinds or {"free", "busy", "whether", "unknown"} & set(kinds):
        return None
    kinds = ["told" if kind in ("tied", "there", "elsewhere") else kind for kind in kinds]
    if "against" in kinds and not pattern("guardian.stands_in").search(said.text):
        return None if pattern("guardian.but").search(said.text) else Reading("ask")
    return Reading("confirm", {}, (), ("message",) if {"told", "against"} & set(kinds) else ())


def wished_for(said: Utterance) -> list[Moment]:
    """The other times that clauses wish for: 三点半太热了，五点半来吧."""
    visit = said.context.visit
    if visit is None or visit.start is None:
        return []
    found = _verdicts(said, clauses(said.text), visit.start, visit.form)
    return [moment for kind, moment in found if kind == "wish" and moment is not None]


def _verdicts(
    said: Utterance, spans: list[tuple[int, int]], start: datetime, form: str
) -> Iterator[tuple[str, Moment | None]]:
    """Of each clause: yes, nothing, told, against, wish with its time, or other.

    Three count only beside others: busy (我走不开), free with its time (周五我在家), whether (您看行不).
    What is told may be that somebody is tied then (我周六得守摊子), or there at another time (周五我回来了，在家).
    """
    day = ""
    for a, b in spans:
        clause = utter(said.normal.written(a, b), said.now, said.context)
        yield _verdict(clause, plain_shape(clause.shape), start, form, day)
        day = next((each.said for each in reversed(clause.times) if each.kind == "day"), day)


def _verdict(clause: Utterance, shape: str, start: datetime, form: str, day: str) -> tuple[str, Moment | None]:
    if made_of(shape, "greeting", "filler", "heard") or pattern("guardian.thanked").search(clause.text):
        return "nothing", None
    shape = pattern("guardian.rhetorical").sub(r"\g<told>", shape)
    if pattern("guardian.whether").fullmatch(shape):
        return "whether", None
    rows = _rows(clause, shape)
    if rows == ["delegate"] and shape.startswith("随时"):
        return "nothing", None
    if rows or form_of(shape) not in ("", form):
        return "other", None
    plain = pattern("guardian.courtesy").sub("", shape)
    if not clause.has_time:
        kind = _timeless(shape)
        return ("busy" if kind in ("other", "unknown") and _busy(plain) else kind), None
    moment = _moment(clause, start, day)
    announced = fits(OpenVisit(start=start), moment)
    if _tells(shape):
        if _clashes(clause, shape, start):
            return "against", None
        kind = _told(clause, plain, start)
        whole = moment.bookable or (moment.granularity == "date" and not moment.ask)
        return kind, moment if kind != "tied" and whole and not announced else None
    if _busy(plain) and _falls_on(clause, start):
        return "busy", None
    if moment.none or phrase("decline").search(plain) or pattern("guardian.habit").search(clause.text):
        return "other", None
    return (_agreed(shape), None) if announced else (_named(shape, plain), moment)


def _told(clause: Utterance, plain: str, start: datetime) -> str:
    """What is told of a time: that somebody is tied then, or there, or nothing of the kind."""
    if _busy(plain):
        return "tied" if _falls_on(clause, start) else "elsewhere"
    return "there" if pattern("guardian.free").search(plain) else "told"


def _rows(clause: Utterance, shape: str) -> list[str]:
    """What a clause is by its rows; 七点半再打 is no later answer, and 周五可以吗 no question."""
    proposed = (
        clause.has_time
        and pattern("guardian.agree_to_time").search(shape)
        and not WH.search(HOW_IS.sub("", shape))
        and not pattern("guardian.about_the_end").search(shape)
    )
    over = "delay" if pattern("guardian.again_at").search(shape) else "question" if proposed else ""
    return [act for act, row in acts("rows") if act != over and row.search(shape)]


def _agreed(shape: str) -> str:
    """What a clause with the announced time says to it."""
    changing = pattern("guardian.move").search(shape) or re.search("[吗么?]$", shape)
    plainly = re.fullmatch("[W,的吧就在到那]+", shape) or phrase("accept").search(shape) or _wishes(shape)
    return "yes" if plainly and not changing else "other" if changing else _unknown(shape)


def _named(shape: str, plain: str) -> str:
    """What a clause with another time says of it."""
    return "wish" if _wishes(shape) else "free" if pattern("guardian.free").search(plain) else _unknown(shape)


def _unknown(shape: str) -> str:
    """Words that nobody knows are a reason beside a wish (下周二公司审计，周四吧), unless they ask, hedge or report."""
    plain = pattern("guardian.courtesy").sub("", shape)
    open_to_doubt = phrase("hedge").search(plain) or pattern("guardian.but").search(plain) or WH.search(plain)
    return "other" if open_to_doubt or re.search("[吗么?]$|不$|[说讲听]|通知|还是|或", plain) else "unknown"


def _busy(plain: str) -> bool:
    """Somebody cannot at that hour, said as a fact: 周四请不出假; asked or turned, it is something else."""
    obstacle = phrase("decline").search(plain) or pattern("guardian.busy").search(plain)
    doubtful = re.search("[吗么呢?]$|不$", plain) or WH.search(plain) or pattern("guardian.agree_to_time").search(plain)
    return bool(obstacle) and not doubtful


def on_another_day(said: Utterance) -> bool:
    """十七号我们都在家, said to a visit on the sixteenth; 那天下午来就是了 to one in the evening."""
    visit = said.context.visit
    if visit is None or visit.start is None:
        return False
    for a, b in clauses(said.text):
        clause = utter(said.normal.written(a, b), said.now, said.context)
        if not clause.has_time or not _there(clause.shape):
            continue
        moment = clause.moment(ground=clause.ground(visit.start, plain=True))
        if moment.granularity == "date" and moment.ask != "past" and not fits(OpenVisit(start=visit.start), moment):
            return True
    return False


def _there(shape: str) -> bool:
    """Whether it says of the family, and not of the child, that it is there or comes."""
    return bool(phrase("accept").search(shape) or pattern("guardian.we_come").search(shape))


def busy_then(text: str, now: datetime, visit: OpenVisit) -> bool:
    """Whether a clause says that somebody is not free at the hour of the visit: 周六上午要加班，能不能电话聊."""
    context = Context(role="guardian", visit=visit)
    said = utter(text, now, context)
    for a, b in clauses(said.text):
        clause = utter(said.normal.written(a, b), now, context)
        if visit.start and pattern("guardian.busy").search(clause.shape) and _falls_on(clause, visit.start):
            return True
    return False


def _falls_on(clause: Utterance, start: datetime) -> bool:
    """Whether what is told is told of the visit's hour, or of no time at all."""
    moment = clause.moment(ground=clause.ground(start, plain=True))
    if isinstance(moment.start, datetime):
        return moment.start.date() == start.date()
    return moment.none or moment.day is None or moment.day == start.date()


def beside(shape: str) -> bool:
    """Whether a clause without a time only thanks, agrees or tells something: 家里有点乱."""
    if made_of(shape, "greeting", "filler", "heard") or _timeless(shape) in ("yes", "told"):
        return True
    plain = pattern("certain.harmless").sub(" ", pattern("guardian.courtesy").sub(" ", shape))
    rows = any(row.search(shape) for _, row in acts("rows"))
    doubtful = ("certain.sign", "guardian.other_hour", "guardian.too", "guardian.wished", "guardian.verdict")
    return not rows and form_of(shape) == "" and not any(pattern(each).search(plain) for each in doubtful)


def _timeless(shape: str) -> str:
    plain = pattern("guardian.courtesy").sub("", shape)
    if pattern("guardian.too").search(plain):
        return "other"
    asks = re.search("[吗么?]$|[行好成中以便]不$|几|什么|啥|谁|哪|多少|怎么|多[久远长]", plain)
    if asks or phrase("hedge").search(plain) or pattern("guardian.but").search(plain):
        return "other"
    if agrees(shape) or (phrase("accept").search(shape) and not phrase("decline").search(plain)):
        return "yes"
    if phrase("decline").search(plain):
        return "other"
    if begins_with_yes(shape):
        return "yes"
    return "told" if _tells(shape) or _stands_against_nothing(shape, plain) else _unknown(shape)


def _stands_against_nothing(shape: str, plain: str) -> bool:
    """Whatever it tells of: no denial, no wish, and nothing of the child's day at school."""
    school = phrase("message").search(shape) and not phrase("about_visit").search(shape)
    return not (school or disturbs(shape) or pattern("guardian.wished").search(plain))


def _tells(shape: str) -> bool:
    """Of the child, of what somebody has to do or by when, and no wish."""
    told = pattern("guardian.teller").search(shape) or pattern("guardian.telling").search(shape)
    return bool(told) and not pattern("guardian.wished").search(shape)


def _wishes(shape: str) -> bool:
    return bool(re.fullmatch("[WD,的那就在再往整体]+", shape) or pattern("guardian.wished").search(shape))


def _moment(clause: Utterance, start: datetime, day: str) -> Moment:
    """With the day of an earlier clause, else with the announced one."""
    alone = clause.moment(ground=clause.ground(plain=True))
    if day and (alone.granularity == "time" or alone.ask in ("no_day", "ampm")) and alone.day is None:
        return clause.moment(before=day, ground=clause.ground(start, plain=True))
    return clause.moment(ground=clause.ground(start, plain=True))


def _clashes(clause: Utterance, shape: str, start: datetime) -> bool:
    """孩子三点有课 stands against half past three; 四点半要去上课 does not, and what ends before does not."""
    plain = pattern("guardian.courtesy").sub("", shape)
    until = pattern("guardian.until").search(shape)
    busy = phrase("decline").search(plain) or until
    if not busy:
        return False
    moment = clause.moment(ground=clause.ground(start, plain=True))
    begins, ends = moment.start, moment.end
    if moment.ask == "vague_time" and {"date", "time"} <= moment.partial.keys():
        return datetime.fromisoformat(f"{moment.partial['date']}T{moment.partial['time']}") > start
    if isinstance(ends, datetime):
        return not (ends <= start or (isinstance(begins, datetime) and begins >= start + LONG))
    if isinstance(begins, datetime):
        return begins > start if until else not begins >= start + LONG
    return moment.day is None or moment.day == start.date()
