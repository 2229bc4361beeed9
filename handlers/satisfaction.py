"""How satisfied families were (满意度): for leaders, by grade and class, and only from enough answers on (S4, S6)."""

from __future__ import annotations

from handlers.coverage_words import grade_said
from handlers.registry import TEACHER, Words, command
from handlers.texts import say
from handlers.turn import Say, Turn
from models.coverage import Period
from models.duties import Duties
from models.satisfaction import Rate, satisfaction


@command(TEACHER, "satisfaction")
def satisfied(turn: Turn, words: Words) -> Say:
    """满意度（三年级满意度）"""
    duties, said = Duties.of(turn.person), str(words.get("said") or "")
    if not duties.leads:
        return Say(say("satisfaction.leaders"))
    period = Period.of(turn.school, turn.now)
    whole = satisfaction(turn.session, turn.school, period)
    led = [grade for grade in whole.parts if duties.whole or grade.name in duties.grades]
    wanted = grade_said(said)
    if duties.whole and not wanted:
        return _told(turn, period, whole, say("coverage.whole"))
    named = [grade for grade in led if grade.name == wanted or not wanted]
    return _told(turn, period, named[0], "") if named else Say(say("coverage.not_yours"))


def _told(turn: Turn, period: Period, rate: Rate, title: str) -> Say:
    """One figure and its parts, in the roster's order (A7)."""
    few, name = turn.school.policy.fewest_answers, title or rate.name
    lines = [say("satisfaction.head", title=name, term=period.term.name), _line(name, rate, few)]
    lines += [_line(part.name or say("coverage.no_grade"), part, few) for part in rate.parts]
    return Say("\n".join([*lines, say("satisfaction.foot")]))


def _line(name: str, rate: Rate, few: int) -> str:
    if rate.shown:
        return say("satisfaction.line", name=name, percent=rate.percent, answers=rate.answers)
    return say("satisfaction.few" if rate.answers < few else "satisfaction.beside", name=name, few=few)
