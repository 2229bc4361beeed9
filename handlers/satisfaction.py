"""How satisfied families were (满意度): for leaders, by grade and class, and only from enough answers on (S4, S6)."""

from __future__ import annotations

from handlers.registry import TEACHER, Words, command
from handlers.texts import say
from handlers.turn import Say, Turn
from models.charge import Charge
from models.coverage import Span
from models.satisfaction import Rate, satisfaction


@command(TEACHER, "satisfaction")
def satisfied(turn: Turn, words: Words) -> Say:
    """满意度（三年级满意度）"""
    charge, said = Charge.of(turn.person), str(words.get("said") or "")
    if not charge.leads:
        return Say(say("satisfaction.leaders"))
    span = Span.of(turn.school, turn.now)
    whole = satisfaction(turn.session, turn.school, span)
    led = [grade for grade in whole.parts if charge.whole or grade.name in charge.grades]
    named = [grade for grade in led if grade.name and grade.name in said]
    if charge.whole and not named:
        return _told(turn, span, whole, say("coverage.whole"))
    return _told(turn, span, (named or led)[0], "") if led else Say(say("coverage.nobody"))


def _told(turn: Turn, span: Span, rate: Rate, title: str) -> Say:
    """One figure and its parts, in the roster's order (A7)."""
    few, name = turn.school.policy.fewest_answers, title or rate.name
    lines = [say("satisfaction.head", title=name, term=span.term.name), _line(name, rate, few)]
    lines += [_line(part.name or say("coverage.no_grade"), part, few) for part in rate.parts]
    return Say("\n".join([*lines, say("satisfaction.foot")]))


def _line(name: str, rate: Rate, few: int) -> str:
    if rate.shown:
        return say("satisfaction.line", name=name, percent=rate.percent, answers=rate.answers)
    return say("satisfaction.few" if rate.answers < few else "satisfaction.beside", name=name, few=few)
