"""Yes and no to a question of a survey: 没收 is a no to 是否收礼, and a yes to 是否廉洁."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from handlers.understanding.context import Question
from handlers.understanding.normalise import table, whole
from handlers.understanding.reading import Reading
from handlers.understanding.utterance import Utterance

#: 提都没提.
TWICE = re.compile(r"(.{1,2})[都也](没有?|不)\1")
PARTS = re.compile(r"[^,。;!?~、 ]+")


@dataclass(frozen=True)
class Topic:
    """What a question asks about: a row's value is True for what is good, False for a fault, or a deed's kind."""

    name: str
    asked: re.Pattern[str]
    fault: re.Pattern[str]
    torn: re.Pattern[str]
    form: re.Pattern[str]
    values: tuple[bool | str, ...]


@cache
def _form(name: str) -> re.Pattern[str]:
    return re.compile(whole(table("yes_no")[name]))


@cache
def _plain(name: str) -> re.Pattern[str]:
    """A clause that is made of such words only."""
    words, around = whole(table("yes_no")[name]), table("yes_no")["around"]
    return re.compile(rf"(?:{around})*(?:(?:{words})(?:{around})*)+")


@cache
def _denied() -> tuple[re.Pattern[str], re.Pattern[str]]:
    denial = whole(table("yes_no")["denials"])
    return re.compile(denial), re.compile(rf"(?:{denial}|{table('yes_no')['bridge']})*$")


@cache
def _topics() -> tuple[Topic, ...]:
    return tuple(_topic(each) for each in table("yes_no")["topics"])


def _topic(row: dict[str, Any]) -> Topic:
    form = "|".join(f"(?P<r{at}>{whole(each)})" for at, (_, each) in enumerate(row["rows"]))
    values = tuple(value for value, _ in row["rows"])
    asked, fault, torn = (re.compile(row.get(key, "(?!)")) for key in ("asked", "fault", "torn"))
    return Topic(row["name"], asked, fault, torn, re.compile(form), values)


def yes_no(said: Utterance, text: str, question: Question) -> Reading:
    """Every clause that answers must answer alike; else it is asked again."""
    topics = [each for each in _topics() if each.asked.search(question.text) or each.fault.search(question.text)]
    away = not any(each.name == "there" for each in topics) and _form("absent").search(text)
    if away or "?" in text or _form("hedge").search(text):
        return Reading("ask")
    plain = _form("ours").sub(" ", text)
    answers = {each for clause in PARTS.findall(plain) for each in _answered(clause, topics, question)}
    if len(answers) != 1:
        return Reading("ask")
    rest = re.search(r"[,。;! ]", said.text)
    words = said.written(rest.end()) if rest else ""
    return Reading("yes" if answers.pop() else "no", {"comment": words} if len(words) > 1 else {})


def _answered(clause: str, topics: list[Topic], question: Question) -> set[bool]:
    """What a clause answers: by plain words, by what is said of the topic, or by the question's own words."""
    straight = all(each.asked.search(question.text) for each in topics[:1])
    if straight and any(each.torn.search(clause) for each in topics[:1]):
        return set()
    for value, name in ((True, "plain_yes"), (False, "plain_no"), (True, "praise")):
        if (straight or name != "praise") and _plain(name).fullmatch(clause):
            return {value}
    if _form("asks").search(clause):
        return set()
    for topic in topics:
        turned = not topic.asked.search(question.text)
        found = {value != turned for value in _said_of(clause, topic)}
        if found:
            return found
    if _form("opens_yes").match(clause):
        return {True}
    return _echoed(clause, question)


def _said_of(clause: str, topic: Topic) -> set[bool]:
    """没迟到 is good, 没准时 is not: each denial before a word turns it, and so does one behind."""
    found: set[bool] = set()
    last = 0
    clause = TWICE.sub(r"\2\1", clause)
    for match in topic.form.finditer(clause):
        value = topic.values[int((match.lastgroup or "r0")[1:])]
        before = clause[last : match.start()]
        denials = _denials(before) + bool(_form("behind").match(clause[match.end() :]))
        if not denials and _denied()[0].search(before):
            # 没什么起色的帮助: what is denied is not known.
            return {True, False}
        if denials or (value == "deed" and re.match("[了过走下]", clause[match.end() :])):
            value = value is True
        if isinstance(value, bool):
            found.add(value != bool(denials % 2))
        last = match.end()
    return found


def _denials(before: str) -> int:
    denial, tail = _denied()
    near = tail.search(before[-14:])
    return len(denial.findall(near.group())) if near else 0


@cache
def _own_words(question: str) -> re.Pattern[str] | None:
    """Two characters of what is asked: 检查, 查了, 作业 of 老师是否检查了作业."""
    asked = re.split("是否|有没有|有无|能否|会不会|是不是", question)[-1]
    plain = re.sub(r"老师|您|孩子|家长|本次|这次|家访|[^\u4e00-\u9fff]|[吗呢的]", " ", asked)
    pairs = {each[at : at + 2] for each in plain.split() for at in range(len(each) - 1)}
    return re.compile("|".join(sorted(pairs))) if pairs else None


def _echoed(clause: str, question: Question) -> set[bool]:
    words = _own_words(question.text)
    match = words.search(clause) if words else None
    if match is None:
        return set()
    denied = _denials(clause[: match.start()]) + bool(_form("behind").match(clause[match.end() :]))
    return {denied % 2 == 0}
