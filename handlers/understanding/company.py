"""Who comes along on a visit: colleagues as they were called, people from outside by name and office, and its goals."""

from __future__ import annotations

import re
from typing import NamedTuple

from handlers.understanding.normalise import pattern
from handlers.understanding.utterance import Utterance


class Company(NamedTuple):
    """Both as they were called; who is meant is found out by whoever knows the school."""

    companions: list[str]
    guests: list[str]


def company(said: Utterance) -> Company:
    """和李老师、社区王主任一起去: one colleague, one guest. The family and children are neither."""
    found = Company([], [])
    for name, strict in (("company.along", False), ("company.beside", True), ("company.called_along", True)):
        for match in pattern(name).finditer(said.text):
            for piece in _pieces(said, match.start("who"), match.end("who")):
                _sort(said, piece, found, strict)
    for each in _plainly_said(said):
        bare = each.removesuffix("老师")
        if all(other.removesuffix("老师") != bare for other in found.companions):
            found.companions.append(each)
    return found


def _plainly_said(said: Utterance) -> list[str]:
    match = pattern("slots.companion").search(said.shape)
    if match is None:
        return []
    start, end = said.place(match.start()), said.place(match.end())
    return [each.said for each in said.names if each.kind == "teacher" and start <= each.start < end]


def _pieces(said: Utterance, start: int, end: int) -> list[str]:
    """What stands between the 、 and 和, without times; a child's name is not one of those who come along."""
    text = said.text[start:end]
    for each in said.mentioned:
        if each.start < end and start < each.end:
            text = text.replace(each.said, "，家长")
    for time in said.times:
        if start <= time.start and time.end <= end:
            text = text.replace(said.text[time.start : time.end], "")
    pieces = re.split(r"[、，,;和与跟及]|以及|还有|(?<=老师)(?=[^，、,;和与跟及]{1,4}老师)", text)
    return [p for p in (pattern("company.before").sub("", piece.strip()) for piece in pieces) if p]


def _sort(said: Utterance, piece: str, found: Company, strict: bool) -> None:
    known = {each.said for each in said.names if each.kind == "teacher"}
    if piece in known or piece.removesuffix("老师") in known or pattern("company.colleague").fullmatch(piece):
        kind = found.companions
    elif pattern("company.guest").fullmatch(piece):
        kind = found.guests
    elif not strict and pattern("company.name").fullmatch(piece) and not pattern("company.nobody").search(piece):
        kind = found.companions
    else:
        return
    if piece not in kind:
        kind.append(piece)


def split_goals(text: str) -> tuple[str, list[str]]:
    """目标：1… 2… 3… is taken out of a sentence, so that its numbers are no hours; the rest, and the goals."""
    match = pattern("company.goals").search(text)
    if match is None:
        return text, []
    parts = pattern("company.goal").split(match["what"])
    goals = [p.strip(" 　,，。;；、.") for p in parts]
    return text[: match.start()] + text[match.end() :], [g for g in goals if g]
