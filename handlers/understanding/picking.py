"""The option that a family picks, by its letter, its number or in words of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from handlers.understanding.context import Question
from handlers.understanding.marks import ENDS, form
from handlers.understanding.normalise import pattern, table, whole
from handlers.understanding.numerals import number
from handlers.understanding.reading import Reading
from handlers.understanding.utterance import Utterance

PARTS = re.compile(r"[^,。;!?~、 ]+")


def numbered(text: str, options: Mapping[str, str]) -> Reading | None:
    """2, B, ②, 第二个, 选B, 最后一个; none when the text is something else."""
    keys = list(options)
    plain = pattern("answers.polite").sub("", text.lower()).strip(ENDS)
    match = re.fullmatch(
        r"(?:那|我们?|就|只能|只好|还是|先|选择?|要|回复?|定|挑|来)*(?:第|方案|选项|时间)?([a-h]|\d{1,2}|[一二两三四五六七八九])(?:个|项|号|种|条|场|档)?(?:的)?(?:那个|选项|时间段?|时段|方案)?(?:的)?(?:就|能)?(?:可以|行|好|成|没问题)?(?:接|来|到|去|在家|有空)?了?",
        plain,
    )
    if match:
        return _keyed(match[1], keys)
    if re.fullmatch(r"(?:选|就|要)?(?:最后|最后面|末尾|最下面)(?:一个|一种|的|那个|一项)*(?:时间|时段|点)?", plain):
        dated = [each for each in keys if options[each][:4].isdecimal()] if re.search("时|点", plain) else keys
        return Reading("choice", {"value": dated[-1]}) if dated else None
    if re.fullmatch(
        r"(?:选|就|要)?(?:头一|首|最前面|最上面|前面|前一|前)(?:个|的|那个|一个|一项)*(?:就|也)?(?:可以|行|好|成)?",
        plain,
    ):
        return Reading("choice", {"value": keys[0]}) if keys else None
    if (
        re.fullmatch(
            r"(?:就|选|要)?(?:后面|后一|后)(?:的)?(?:那)?(?:一)?个(?:时间|时段)?(?:可以|行|好|没问题|成)?", plain
        )
        and len([k for k in keys if options[k][:1].isdecimal()]) == 2
    ):
        return Reading("choice", {"value": keys[1]})
    labelled = re.match(r"([a-h])[.、:, ]\s*(.+)", plain)
    if labelled and labelled[1].upper() in options and labelled[2] in options[labelled[1].upper()].lower():
        return Reading("choice", {"value": labelled[1].upper()})
    return None


def _keyed(said: str, keys: list[str]) -> Reading:
    if said.upper() in keys:
        return Reading("choice", {"value": said.upper()})
    at = number(said.replace("两", "二")) if not said.isalpha() or said in "一二两三四五六七八九" else None
    if at is not None and str(at) in keys:
        return Reading("choice", {"value": str(at)})
    if at is not None and 1 <= at <= len(keys) and not keys[0].isdecimal():
        return Reading("choice", {"value": keys[at - 1]})
    return Reading("ask")


def choice(said: Utterance, text: str, question: Question) -> Reading:
    options = question.options
    corrected = form("picked_wrong").search(text)
    text = text[corrected.end() :] if corrected and corrected.end() < len(text) else text
    text = form("rather").sub("", text)
    plain = pattern("answers.polite").sub("", text).strip(ENDS)
    for key, label in options.items():
        if plain == label.lower():
            return Reading("choice", {"value": key})
    said_again = re.fullmatch(r"([a-h]|\d)(?:[ ,。、]*\1)+", text)
    found = numbered(said_again[1] if said_again else text, options)
    if found is not None:
        return found
    often = form("of_frequency").search(question.text) and form("more_than_once").search(text)
    if often or form("torn").search(text):
        return Reading("ask")
    taken, refused = _weighed(text, question)
    left = _largest(taken, refused)
    if any(key not in options for key in left):
        return Reading("ask")
    if len(left) > 1 and form("of_time").search(question.text):
        left = [key for key in left if _in_full(options[key], text)] or left
    return Reading("choice", {"value": left[0]}) if len(left) == 1 else Reading("ask")


def _weighed(text: str, question: Question) -> tuple[dict[str, set[str]], set[str]]:
    """The options that are taken, each with what speaks for it, and those that are refused: 别打电话，开视频."""
    taken: dict[str, set[str]] = {}
    refused: set[str] = set()
    forms = any(label in table("answers")["forms"] for label in question.options.values())
    for clause in PARTS.findall(text):
        kept = clause
        if forms:
            kept = pattern("guardian.denied_form").sub(" ", clause)
            refused |= _named(clause, question).keys() - _named(kept, question).keys()
        named, rest = _named(kept, question), _rest(kept, question)
        against = form("refuses").search(rest) or (
            not form("of_concern").search(question.text) and form("hinders").search(rest)
        )
        if against:
            refused |= named.keys()
            continue
        for key, words in named.items():
            taken.setdefault(key, set()).update(words)
    return taken, refused


def _largest(taken: Mapping[str, set[str]], refused: set[str]) -> list[str]:
    """平时晚上 speaks for 工作日晚上 with two words, and for 工作日白天 with one of them."""
    left = {key: words for key, words in taken.items() if key not in refused}
    return [key for key, words in left.items() if not any(words < others for others in left.values())]


def _in_full(label: str, text: str) -> bool:
    """Whether every part of an option is said: 周日下午 is all of 周日 and half of 工作日白天."""
    return all(re.search(whole(said), text) for of, said in table("answers")["means"] if re.search(of, label))


def names_one(text: str, question: Question) -> bool:
    """Whether words speak of an option at all, taken or refused."""
    return bool(_named(text, question))


def _named(clause: str, question: Question) -> dict[str, set[str]]:
    """The options that a clause names, each with the words that name it."""
    keys = list(question.options)
    found: dict[str, set[str]] = {}
    for word in re.findall(r"(?<![a-z])[a-h](?![a-z班])", clause):
        found.setdefault(word.upper(), set()).add(word)
    placed = form("placed").search(clause)
    if placed:
        at = _place(placed, len(keys))
        found.setdefault(keys[at] if at is not None else "", set()).add(placed.group())
    for key, label in question.options.items():
        words = {each.pattern for each in _speaking_for(label, tuple(question.options.values())) if each.search(clause)}
        if words:
            found.setdefault(key, set()).update(words)
    return found


def _place(match: re.Match[str], count: int) -> int | None:
    """第四种, 倒数第二项."""
    said = number(match["at"].replace("两", "二")) or 0
    at = count - said if match["back"] else said - 1
    return at if 0 <= at < count else None


def _rest(clause: str, question: Question) -> str:
    """A clause without what names an option: the denial in 没事不用来 belongs to the option."""
    for label in question.options.values():
        for each in _speaking_for(label, tuple(question.options.values())):
            clause = each.sub(" ", clause)
    return form("denies_nothing").sub(" ", clause)


@cache
def _speaking_for(label: str, labels: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """What may be said for an option: its own words, and others for the same thing."""
    found = [re.compile(whole(said)) for of, said in table("answers")["means"] if re.search(of, label)]
    others = [each for each in labels if each != label]
    plain = label.lower()
    if not any(plain in each for each in others):
        found.append(re.compile(re.escape(plain)))
    pairs = {plain[at : at + 2] for at in range(len(plain) - 1)}
    own = sorted(each for each in pairs if not any(each in other for other in others))
    if own and not found[:-1]:
        found.append(re.compile("|".join(map(re.escape, own))))
    return tuple(found)
