"""A yes that comes after its offer has lapsed: the family must not believe that somebody will come (B3, rulings 7)."""

from __future__ import annotations

from datetime import timedelta

from handlers.booking import visit_facts
from handlers.registry import Words
from handlers.texts import say
from handlers.turn import Say, Turn
from models.visit import Visit
from models.visit_life import LAPSED

REMEMBERED = timedelta(days=7)  #: so long a bare yes may still mean it


def late_yes(turn: Turn, words: Words) -> Say | None:
    """可以, when nothing is asked any more; None when no offer has lapsed lately."""
    if str(words.get("said", "")).strip(" 。！!，,~～") not in say("answer.late_yes_words").split():
        return None
    lapsed = [v for p in turn.family for v in Visit.of_guardian(turn.session, p, LAPSED)]
    recent = [v for v in lapsed if v.starts_at > turn.now - REMEMBERED]
    return Say(say("answer.too_late", **visit_facts(recent[-1]))) if recent else None
