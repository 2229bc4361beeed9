"""Clauses that tell something beside the answer: 孩子最近晚上老做噩梦, 那会儿我下班了, 我七点前能忙完."""

from __future__ import annotations

import re
from datetime import datetime

from handlers.understanding.normalise import pattern
from handlers.understanding.phrases import agrees, made_of, phrase
from handlers.understanding.utterance import Utterance

ENDS = ",。;!?~、 "


def clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of a text begin and end, without what parts them."""
    return [match.span() for match in re.finditer(rf"[^{ENDS}]+", text)]


def begins_with_yes(shape: str) -> bool:
    """可以呀孩子知道了可高兴了: agreement first, with or without a comma behind it."""
    first = re.split(rf"[{ENDS}]", shape, maxsplit=1)[0]
    return (agrees(first) and not phrase("hedge").search(first)) or bool(pattern("guardian.begins").match(shape))


def all_agree(shape: str) -> bool:
    """时间没问题，地址也没变: each clause says yes, and none asks, denies or hedges."""
    found = [shape[start:end] for start, end in clauses(shape)]
    against = re.search("[?WD]", shape) or any(_against(pattern("guardian.courtesy").sub("", each)) for each in found)
    return bool(found) and not against and all(agrees(each) or phrase("accept").search(each) for each in found)


def _against(clause: str) -> bool:
    turned = pattern("guardian.but").search(clause) or re.search(
        "[吗么]$|需要吗|[能可要用是会有需]否|什么|几|谁|哪", clause
    )
    return bool(turned or phrase("decline").search(clause) or phrase("hedge").search(clause))


def disturbs(clause: str) -> bool:
    """A denial, a turn, a condition or a question that no known phrase explains, or what stands in the way."""
    if made_of(clause, "affirm", "greeting", "filler", "heard"):
        return False
    for known in ("guardian.double_denial", "certain.harmless", "guardian.courtesy", "certain.told"):
        clause = pattern(known).sub(" ", clause)
    against = pattern("certain.obstacle").search(clause)
    return bool(against or pattern("certain.sign").search(phrase("accept").sub(" ", clause)))


def only_told(said: Utterance) -> bool:
    """Whether every time in the text belongs to what is told, and none is wished for."""
    spans = clauses(said.text)
    for piece in said.times:
        clause = next((said.text[a:b] for a, b in spans if a <= piece.start < b), "")
        told = pattern("guardian.telling").search(clause) or pattern("guardian.teller").search(clause)
        if pattern("guardian.wished").search(clause) or not told:
            return False
    return True


def ready_too_late(said: Utterance, start: datetime) -> bool:
    """我八点才下班 to a visit at seven: what is told of an hour speaks against the one that was announced."""
    for a, b in clauses(said.text):
        moment = said.moment(a, b, ground=said.ground(start, plain=True))
        hour = moment.start if isinstance(moment.start, datetime) else None
        asked = [each.start for each in moment.candidates if isinstance(each.start, datetime)]
        times = [hour] if hour else asked
        partial = moment.partial
        if moment.ask == "vague_time" and "time" in partial and partial.get("date") == start.date().isoformat():
            times = [datetime.fromisoformat(f"{partial['date']}T{partial['time']}")]
        if any(each > start for each in times):
            return True
    return False
