"""Answers to a survey's questions and to an offer: ratings, choices, 是 and 否, free words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from handlers.understanding.changing import fits
from handlers.understanding.context import OpenVisit, Question
from handlers.understanding.moment import Moment
from handlers.understanding.normalise import pattern, table, whole
from handlers.understanding.numerals import number
from handlers.understanding.reading import Reading
from handlers.understanding.utterance import Utterance

ENDS = " \u3000,，。.!！~;；、:：\n()[]【】"
NUMBER = r"(\d{1,3}(?:\.\d+)?|[零一二两三四五六七八九十])"


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(whole(table("answers")[name]))


@cache
def _ratings() -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple((value, re.compile(whole(form))) for value, form in table("answers")["ratings"])


def survey(said: Utterance, question: Question) -> Reading:
    text = said.text.strip(ENDS)
    if question.type != "free_text" and _pattern("question").search(said.text.strip()) and not text.isdecimal():
        return Reading("question", {"text": said.written(0)})
    if _pattern("anonymous").search(text):
        return Reading("anonymous")
    if _pattern("skip").search(text):
        return Reading("skip")
    if question.type != "free_text" and _pattern("later").search(text):
        return Reading("delay")
    if question.type == "rating" and _pattern("doubted").search(text):
        return Reading("ask")
    kinds = {"rating": _rating, "single_choice": _choice, "choice": _choice, "yes_no": _yes_no}
    return kinds.get(question.type, _free)(said, text, question)


def _comment(said: Utterance, start: int) -> dict[str, Any]:
    words = said.written(start)
    return {"comment": words} if len(words) > 1 else {}


def _rating(said: Utterance, text: str, question: Question) -> Reading:
    text = re.sub(rf"不(?:打|给|是|要|评)\s?{NUMBER}\s?(?:分|星|颗)", "", text).strip(ENDS)
    stars = len(re.findall("⭐|🌟|★", text))
    if stars and not re.sub(r"[⭐🌟★☆\s]", "", text):
        return _rated(float(stars), question)
    head = re.match(
        rf"(?:我)?(?:打|给|评|选|回复)?(?:个|了|老师)?\s*{NUMBER}\s*(?:分钟)?(分|星|颗星)?(?:好评|满意)?", text
    )
    if re.match("[十万百]分(?=[满感好认负优不])", text):
        head = None
    if re.match(r"[一二三四五六七八九]{2}|\d{1,2}\s?[点时号个年月日:]", text):
        return Reading("ask")
    numbers = re.findall(r"\d+(?:\.\d+)?|[一二两三四五六七八九十](?=分(?!满|感|好|认|负|不)|星|颗|$)", text)
    value = _word_rating(_pattern("nothing_bad").sub(" ", text), question)
    if head and re.match(r"到|至|-|~|或|、|/|和", text[head.end() :]):
        return Reading("ask")
    if head and (head[2] or head[1].replace(".", "").isdigit() or len(text) == len(head.group())):
        return _numbered_rating(said, text, head, numbers, value, question)
    if _pattern("unclear").search(text):
        return Reading("ask")
    if (numbers and value is None) or len(numbers) > 1:
        return (
            _rated(_number(numbers[0]), question)
            if len(numbers) == 1
            and re.search(r"分|星", text)
            and not re.search("差|扣|少|考|成绩|得了|只有|进步", text)
            else Reading("ask")
        )
    if numbers and value is not None:
        stated = _number(numbers[0])
        # 挺好的，5分: both are praise, and the figure is the mark.
        same_side = bool(re.search("[分星]", text)) and (min(stated, value) >= 4 or max(stated, value) <= 2)
        return _rated(stated, question) if stated == value or same_side else Reading("ask")
    if value is None:
        return Reading("ask")
    rest = re.search(r"[,。;!]", text)
    return Reading("rating", {"value": value, **(_comment(said, rest.end()) if rest else {})})


def _numbered_rating(
    said: Utterance, text: str, head: re.Match[str], numbers: list[str], value: int | None, question: Question
) -> Reading:
    rest = text[head.end() :]
    plain = pattern("answers.polite").sub("", rest).strip(ENDS)
    stated = _number(head[1])
    if re.match(r"(?:分?\s*)?(?:到|至|-|~|或|和|/|、|点\d)", rest) or (
        re.search(r"最(?:好|差|低|高)|第[一二三四五\d]名|\d", plain) and re.search(r"最|\d分|^\d|或", plain)
    ):
        return Reading("ask")
    if (
        plain
        and value is not None
        and abs(value - stated) > 1
        and not re.search(r"但|不过|就是|只是|希望|可惜|建议", plain)
    ):
        return Reading("ask")
    rated = _rated(stated, question)
    start = said.text.find(rest) if rest else len(said.text)
    return Reading(
        rated.intent, {**rated.slots, **(_comment(said, start) if plain and rated.intent == "rating" else {})}
    )


def _number(text: str) -> float:
    return float(text) if text[0].isdigit() else float(number(text.replace("两", "二")) or 0)


def _rated(value: float, question: Question) -> Reading:
    """A number outside the scale, or between two marks, is asked about."""
    low, high = question.scale
    if value != int(value) or not low <= value <= high:
        return Reading("ask")
    return Reading("rating", {"value": int(value)})


def _word_rating(text: str, question: Question) -> int | None:
    labels = sorted(question.labels.items(), key=lambda each: -len(each[1]))
    plain = pattern("answers.polite").sub("", text).strip(ENDS)
    for key, label in labels:
        if plain == label and key.isdecimal():
            return int(key)
    found = {value for value, pattern in _ratings() if pattern.search(text)}
    first = next((value for value, pattern in _ratings() if pattern.search(text)), None)
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


def numbered(text: str, options: Mapping[str, str]) -> Reading | None:
    """2, B, ②, 第二个, 选B, 最后一个; none when the text is something else."""
    keys = list(options)
    plain = pattern("answers.polite").sub("", text.lower()).strip(ENDS)
    match = re.fullmatch(
        r"(?:那|我们?|就|只能|只好|还是|先|选择?|要|回复?|定|挑|来)*(?:第|方案|选项|时间)?([a-h]|\d{1,2}|[一二两三四五六七八九])(?:个|项|号|种|条|场|档)?(?:的)?(?:那个|选项|时间段?|时段|方案)?(?:的)?(?:就)?(?:可以|行|好|成)?了?",
        plain,
    )
    if match:
        return _keyed(match[1], keys)
    if re.fullmatch(r"(?:选|就|要)?(?:最后|最后面|末尾|最下面)(?:一个|的|那个|一项)*", plain):
        return Reading("choice", {"value": keys[-1]}) if keys else None
    if re.fullmatch(
        r"(?:选|就|要)?(?:头一|首|最前面|最上面|前面|前一|前)(?:个|的|那个|一个|一项)*(?:就|也)?(?:可以|行|好|成)?",
        plain,
    ):
        return Reading("choice", {"value": keys[0]}) if keys else None
    if (
        re.fullmatch(r"(?:就|选|要)?(?:后面|后一|后)(?:的)?(?:那)?(?:一)?个(?:时间|时段)?(?:可以|行|好)?", plain)
        and len([k for k in keys if options[k][:1].isdecimal()]) == 2
    ):
        return Reading("choice", {"value": keys[1]})
    labelled = re.match(r"([a-h])[.、:, ]\s*(.+)", plain)
    if labelled and labelled[1].upper() in options and labelled[2] in options[labelled[1].upper()].lower():
        return Reading("choice", {"value": labelled[1].upper()})
    return None


def by_order(said: Utterance, options: Mapping[str, str]) -> Reading | None:
    """最早的那个, 周四晚一点的那个: the earliest or the latest of the slots, or of the two on that day."""
    match = re.fullmatch(
        r"(?P<head>.{0,8}?)(?P<most>最|更)?(?P<which>早|晚|迟)(?:一?[点些])?(?:的(?:那|这)?|那|这)一?[个场档次]?(?:吧|好|可以|行)?",
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
    pick = min if match["which"] == "早" else max
    return Reading("choice", {"value": pick(starts, key=lambda key: starts[key])})


def _keyed(said: str, keys: list[str]) -> Reading:
    if said.upper() in keys:
        return Reading("choice", {"value": said.upper()})
    at = number(said.replace("两", "二")) if not said.isalpha() or said in "一二两三四五六七八九" else None
    if at is not None and str(at) in keys:
        return Reading("choice", {"value": str(at)})
    if at is not None and 1 <= at <= len(keys) and not keys[0].isdecimal():
        return Reading("choice", {"value": keys[at - 1]})
    return Reading("ask")


OTHER_WORDS = {
    "入户": "上门|来家|家里|到家|登门|当面",
    "电话": "打电话|通话|语音",
    "视频": "连线|线上",
    "来校": "学校|到校",
    "书面": "写信|微信|短信",
}


def _choice(said: Utterance, text: str, question: Question) -> Reading:
    # 不要上门，打电话就成: what is denied in a clause of its own is out.
    text = re.sub(r"^(?:不要|别|不想|不用|不是)[^,。;! ]+[,。;! ]+", "", text)
    text = text.removeprefix("还是")
    said_again = re.fullmatch(r"([a-h]|\d)(?:[ ,。、]*\1)+", text)
    found = numbered(said_again[1] if said_again else text, question.options)
    if found is not None:
        return found
    first, _, reason = text.partition(",")
    plain = numbered(first, question.options) if reason else None
    if plain is not None and not re.search(r"[a-h\d]|不|但|别|如果|要是|或|[?吗]", reason):
        return plain
    if re.search(r"除了|除|不要|别|不想|不是|都(?:行|可以|好)|随便|无所谓|均可|任意|或|还是|不", text):
        return Reading("ask")
    named = [
        key
        for key, label in question.options.items()
        if label.lower() in text or re.search(OTHER_WORDS.get(label, "$^"), text)
    ]
    if not named and len(text) > 1:
        named = [
            key for key, label in question.options.items() if pattern("answers.polite").sub("", text) in label.lower()
        ]
    return Reading("choice", {"value": named[0]}) if len(named) == 1 else Reading("ask")


def _yes_no(said: Utterance, text: str, question: Question) -> Reading:
    if _pattern("hedge").search(text):
        return Reading("ask")
    no, yes = _pattern("no").search(text), _pattern("yes").search(text)
    rest = re.search(r"[,。;! ]", said.text)
    comment = _comment(said, rest.end()) if rest else {}
    if (yes and (no is None or (yes.start() == 0 and not re.match(r"没|不|否|无", text)))) or (
        yes and _pattern("denied_no").match(text)
    ):
        return Reading("yes", comment)
    return Reading("no", comment) if no else Reading("ask")


def _free(said: Utterance, text: str, question: Question) -> Reading:
    parts = [each for each in re.split("[,。;! ]+", text) if each]
    if all(_pattern("no_comment").search(each) for each in parts):
        return Reading("no_comment")
    return Reading("free_text", {"text": said.written(0), "value": said.written(0)})


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
    match = re.search(r"(\d{1,3}|半|[一二两三四五六七八九十]{1,3})(?:来|多)?个?(半)?(分钟?|小时|钟头|刻钟)(半)?", text)
    if match is None:
        return None
    count = 0.5 if match[1] == "半" else float(number(match[1].replace("两", "二")) or 0)
    count += 0.5 if match[2] or match[4] else 0
    return int(count * (60 if match[3] in ("小时", "钟头") else 15 if match[3] == "刻钟" else 1))
