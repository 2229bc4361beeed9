"""The mark that a family gives: a figure, stars or a word, and which of several figures is meant."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from handlers.understanding.context import Question
from handlers.understanding.normalise import pattern, table, whole
from handlers.understanding.numerals import number
from handlers.understanding.reading import Reading
from handlers.understanding.utterance import Utterance

ENDS = " \u3000,，。.!！~;；、:：\n()[]【】"
NUMBER = r"(\d{1,3}(?:\.\d+)?|[零一二两三四五六七八九十])"
#: 五分, 5份, 五颗星; not 五分钟 and not 十分满意.
POINTS = "(?:分(?!钟|满|感|好|认|负|不|析|享|别|明|寸|开|工|担|心|清|之|外|类|组|班|吧不)|份|颗星|颗|星)"


@cache
def form(name: str) -> re.Pattern[str]:
    """A pattern of the table of answers."""
    return re.compile(whole(table("answers")[name]))


@cache
def _ratings() -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple((value, re.compile(whole(each))) for value, each in table("answers")["ratings"])


def rating(said: Utterance, text: str, question: Question) -> Reading:
    stars = len(re.findall("⭐|🌟|★", text))
    if stars and not re.sub(r"[⭐🌟★☆\s]", "", text):
        return rated(float(stars), question)
    text = re.sub(r"^(?!\d+$)(.{1,4}?)(?:[,。! ]*\1)+$", r"\1", text)
    text = form("other_figures").sub("·", form("other_marks").sub("", text).strip(ENDS))
    if not text or re.match(r"[一二三四五六七八九]{2}", text):
        return Reading("ask")
    head = _head(text)
    if head and re.match(r"到|至|-|~|或|、|/|和", text[head.end() :]):
        return Reading("ask")
    numbers = re.findall(
        rf"\d+(?:\.\d+)?|[一二两三四五六七八九十](?={POINTS}|$)|(?<=[给打评])[一二两三四五](?=[,。;! 吧呗])", text
    )
    value = _word_mark(form("nothing_bad").sub(" ", form("not_of_visit").sub(" ", text)), question)
    if head and (head[2] or head[1].replace(".", "").isdigit() or len(text) == len(head.group())):
        return _numbered(said, text, head, numbers, value, question)
    given = _given(said, text, value, question) if len(set(numbers)) == 1 else None
    if given is not None:
        return given
    if form("unclear").search(text):
        return _beside_unclear(said, text, question)
    if numbers:
        return _figure_beside(text, numbers, value, question)
    return Reading("ask") if value is None else Reading("rating", {"value": value, **_beside(said)})


def _head(text: str) -> re.Match[str] | None:
    """The figure with which an answer begins; 十分满意 begins with none."""
    if re.match(r"[十万百]分(?![ 吧呗,。!]|$)", text):
        return None
    return re.match(rf"(?:我)?(?:打|给|评|选|回复)?(?:个|了|老师)?\s*{NUMBER}\s*(分|份|星|颗星)?(?:好评|满意)?", text)


def _figure_beside(text: str, numbers: list[str], value: int | None, question: Question) -> Reading:
    """A figure somewhere in an answer, with a word of praise or blame or without one."""
    if len(numbers) > 1:
        return Reading("ask")
    stated = _number(numbers[0])
    pointed = bool(re.search(r"[分份星]|(?:^|[,。;! ])[^\d.\-]{0,2}[1-5](?:吧|呗|啦)?$", text))
    if value is not None:
        return rated(stated, question) if stated == value or (pointed and _agree(stated, value)) else Reading("ask")
    told = re.search("差|扣|少|考|成绩|得了|只有|进步", text)
    return rated(stated, question) if pointed and not told else Reading("ask")


def _given(said: Utterance, text: str, value: int | None, question: Question) -> Reading | None:
    """内容不错但是迟到了 综合给3分: the one figure that is given as the mark, whatever is said beside it."""
    marks = re.findall(
        rf"(?:打|给|评|综合|总体|总的|合计|算|就|选)(?:他|她|你们?|您|老师|T|个|了|上|到|是|出)*\s*{NUMBER}(?={POINTS}|吧|$)",
        text,
    )
    if len(marks) != 1:
        return None
    stated = _number(marks[0])
    if value is not None and not _agree(stated, value) and not form("turned").search(text):
        return None
    found = rated(stated, question)
    return Reading("rating", {**found.slots, "comment": said.written(0)}) if found.intent == "rating" else found


def _agree(stated: float, value: int) -> bool:
    """挺好的，5分: both are praise, and the figure is the mark."""
    return stated == value or min(stated, value) >= 4 or max(stated, value) <= 2


def _beside_unclear(said: Utterance, text: str, question: Question) -> Reading:
    """也没有不满意，就一般般: the clause that says it plainly."""
    plain = " ".join(each for each in re.split("[,。;! ]+", text) if not form("unclear").search(each))
    value = _word_mark(plain, question) if plain else None
    return Reading("rating", {"value": value, **_beside(said)}) if value is not None else Reading("ask")


def _beside(said: Utterance) -> dict[str, Any]:
    rest = re.search(r"[,。;! ]", said.text)
    return comment(said, rest.end()) if rest else {}


def comment(said: Utterance, start: int) -> dict[str, Any]:
    words = said.written(start)
    return {"comment": words} if len(words) > 1 else {}


def _numbered(
    said: Utterance, text: str, head: re.Match[str], numbers: list[str], value: int | None, question: Question
) -> Reading:
    rest = text[head.end() :]
    plain = pattern("answers.polite").sub("", rest).strip(ENDS)
    stated = _number(head[1])
    if re.match(r"(?:分?\s*)?(?:到|至|-|~|或|和|/|、|点\d)", rest) or (
        re.search(r"最(?:好|差|低|高)|第[一二三四五\d]名|\d", plain) and re.search(r"最|\d分|^\d|或", plain)
    ):
        return Reading("ask")
    if len({_number(each) for each in numbers}) > 1:
        return Reading("ask")
    if plain and value is not None and abs(value - stated) > 1 and not form("turned").search(plain):
        return Reading("ask")
    found = rated(stated, question)
    start = max(said.text.find(rest), 0) if rest else len(said.text)
    return Reading(
        found.intent, {**found.slots, **(comment(said, start) if plain and found.intent == "rating" else {})}
    )


def _number(text: str) -> float:
    return float(text) if text[0].isdigit() else float(number(text.replace("两", "二")) or 0)


def rated(value: float, question: Question) -> Reading:
    """A number outside the scale, or between two marks, is asked about."""
    low, high = question.scale
    if value != int(value) or not low <= value <= high:
        return Reading("ask")
    return Reading("rating", {"value": int(value)})


def _word_mark(text: str, question: Question) -> int | None:
    labels = sorted(question.labels.items(), key=lambda each: -len(each[1]))
    plain = pattern("answers.polite").sub("", text).strip(ENDS)
    for key, label in labels:
        if plain == label and key.isdecimal():
            return int(key)
    found = {value for value, each in _ratings() if each.search(text)}
    first = next((value for value, each in _ratings() if each.search(text)), None)
    if first is not None and first <= 2 and _also_praised(text):
        return None
    low, high = question.scale
    if first is None or (low, high) != (1, 5) or (found >= {1, 5} and "不" not in text):
        return None
    return first


def _also_praised(text: str) -> bool:
    """还不错又不太行: praise that is left when the fault is taken away."""
    for value, bad in _ratings():
        text = bad.sub("·", text) if value <= 2 else text
    return any(value > 3 and good.search(text) for value, good in _ratings())
