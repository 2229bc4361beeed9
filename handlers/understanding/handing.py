"""Which colleague is to go in somebody's place (我病了，本周家访请李国强老师代), or to come along, or to stay away."""

from __future__ import annotations

import re

from handlers.understanding.reading import Reading
from handlers.understanding.slots import who
from handlers.understanding.utterance import Utterance


def hand_over(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """`to` is who shall go; a colleague named before is whose visits they are, else they are the speaker's."""
    slots, ask = who(said)
    at = match.start("to") if "to" in match.re.groupindex else match.start()
    to = _called(said, at) if "to" in match.re.groupindex else ""
    others = [each.said for each in said.names if each.kind == "teacher" and each.said != to]
    slots |= {"to": to} | ({"whose": others[0]} if others else {})
    # 我今天病了，本周家访…: the clause of the request says which days.
    begin = max(said.text.rfind(mark, 0, said.place(at)) for mark in ",。;!") + 1
    moment = said.moment(begin)
    moment = said.moment() if moment.none else moment
    if not moment.none:
        slots["target_time"] = moment
    return Reading("hand_over", slots, ask)


def _called(said: Utterance, at: int) -> str:
    place = said.place(at)
    return next((each.said for each in said.names if each.start == place), "")


def along(said: Utterance, name: str, match: re.Match[str], detail: str) -> Reading | None:
    """张小明的家访请李国强老师一起去, or not after all: the visit, and who."""
    slots, ask = who(said)
    moment = said.moment()
    slots |= {"companions": [each.said for each in said.names if each.kind == "teacher"]}
    return Reading(name, slots if moment.none else {**slots, "target_time": moment}, ask)
