"""Answers to a survey's questions and to an offer: ratings, choices, 是 and 否, free words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from handlers.understanding.changing import fits
from handlers.understanding.context import OpenVisit, Question
from handlers.understanding.marks import ENDS, form, rating
from handlers.understanding.moment import Moment
from handlers.understanding.numerals import number
from handlers.understanding.picking import choice, names_one
from handlers.understanding.reading import Reading
from handlers.understanding.utterance import Utterance
from handlers.understanding.yes_no import yes_no

#: So few words that name an option say nothing else.
SOME_WORDS = 14


def survey(said: Utterance, question: Question) -> Reading:
    text = said.text.strip(ENDS)
    if question.type != "free_text" and form("question").search(said.text.strip()) and not text.isdecimal():
        return Reading("question", {"text": said.written(0)})
    if form("anonymous").search(text):
        return Reading("anonymous")
    if form("skip").search(text):
        return Reading("skip")
    if question.type != "free_text" and form("later").search(text):
        return Reading("delay")
    if question.type == "rating" and form("doubted").search(text):
        return Reading("ask")
    kinds = {"rating": rating, "single_choice": choice, "choice": choice, "yes_no": yes_no}
    return kinds.get(question.type, _free)(said, text, question)


def bears_on(said: Utterance, question: Question) -> bool:
    """不太想上门: a few words that name an option are about the question, and no wish for a visit."""
    return bool(question.options) and len(said.text) < SOME_WORDS and not said.times and names_one(said.text, question)


def put_right(text: str) -> bool:
    """A 打错了 C, 点错了，4分: a slip of the finger in an answer, and no word to a stranger."""
    return bool(
        re.search(r"(?:打|点|按|选|写|发|弄|搞)错了?[^a-h\d一二三四五]{0,6}(?:[a-h](?![a-z])|[1-5一二三四五])", text)
    )


def _free(said: Utterance, text: str, question: Question) -> Reading:
    parts = [each for each in re.split("[,。;! ]+", text) if each]
    if all(form("no_comment").search(each) for each in parts):
        return Reading("no_comment")
    return Reading("free_text", {"text": said.written(0), "value": said.written(0)})


def by_order(said: Utterance, options: Mapping[str, str]) -> Reading | None:
    """最早的那个, 周四晚一点的那个: the earliest or the latest of the slots, or of the two on that day."""
    match = re.fullmatch(
        r"(?P<head>.{0,8}?)(?P<most>最|更)?(?P<which>早|晚|迟|前|后)(?:一?[点些]|面|边)?(?:的(?:那|这)?|那|这)一?[个场档次]?(?:点|时间|时段)?(?:吧|好|可以|行)*",
        said.text.strip(ENDS),
    )
    if match is None:
        return None
    starts = {key: text for key, text in options.items() if text[:4].isdecimal()}
    head = re.sub("^(?:那|我|我们|就|还是|选|要|定)+", "", match["head"])
    if head:
        day = said.moment(match.start("head"), match.end("head"))
        starts = {key: text for key, text in starts.items() if day.granularity == "date" and option_fits(text, day)}
    if len(starts) < 2 or (len(starts) > 2 and match["most"] != "最"):
        return None
    pick = min if match["which"] in "早前" else max
    return Reading("choice", {"value": pick(starts, key=lambda key: starts[key])})


def option_fits(option: str, moment: Moment) -> bool:
    """Whether a time that was named can mean this option."""
    try:
        start = datetime.fromisoformat(option)
    except ValueError:
        return False
    if moment.ask == "no_day" and moment.partial.get("daypart"):
        return fits(OpenVisit(start=start), Moment(start.date(), granularity="date", daypart=moment.partial["daypart"]))
    return fits(OpenVisit(start=start), moment)


def minutes_in(text: str) -> int | None:
    """The length in 晚到十分钟, 晚半小时."""
    match = re.search(
        r"(\d{1,3}|半|[一二两三四五六七八九十]{1,3})(?:来|多)?个?(半)?(分钟?|小时|钟头|刻钟|(?<=个)[钟点])(半)?", text
    )
    if match is None:
        return None
    count = 0.5 if match[1] == "半" else float(number(match[1].replace("两", "二")) or 0)
    count += 0.5 if match[2] or match[4] else 0
    return int(count * (60 if match[3] in ("小时", "钟头", "钟", "点") else 15 if match[3] == "刻钟" else 1))
