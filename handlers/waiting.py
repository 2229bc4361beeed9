"""A family that wants to think first: 周五再确认, 明天回复您; it is asked again then, its teacher told once (B13)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from handlers import when
from handlers.answering import asked_visits, offer_taps
from handlers.booking import visit_facts
from handlers.moving import family_visit
from handlers.pupils import the_visit
from handlers.registry import GUARDIAN, Words, command
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding import Context, read_moment
from models import hour, telling
from models.errors import Refused
from models.visit_life import Actor
from models.visit_wait import wait

#: When somebody is asked again who has named a day, or only a part of it.
EVENING = time(19)
BY_PART = {"morning": time(12), "noon": time(13, 30), "afternoon": time(18), "evening": time(20, 30)}


@command(GUARDIAN, "delay")
def delay(turn: Turn, words: Words) -> Say:
    """周五再确认"""
    picked = the_visit(turn, asked_visits(turn), words, "answer.nothing_asked")
    visit, person = family_visit(turn, picked.id, picked.steps)
    turn.memory["delayed"] = visit.id
    until = asked_again_at(turn, str(words.get("said", "")))
    try:
        wait(turn.session, visit, Actor(GUARDIAN, person.id), until, turn.now)
    except Refused:
        # Too late to wait for: nothing is put off, and the old hours of asking again stand.
        return Say(say("answer.delay", **visit_facts(visit)), offer_taps(turn, visit))
    telling.tell_teacher(turn.session, visit, "visit.waiting", turn.now, by=person.id)
    facts = visit_facts(visit) | {"until": when.spoken(until, turn.school.zone)}
    return Say(say("answer.delay_until", **facts), offer_taps(turn, visit))


def asked_again_at(turn: Turn, text: str) -> datetime:
    """The day that was said, else tomorrow; in the evening, or when the part of the day that was said is over."""
    now = turn.local()
    said = read_moment(text, now.replace(tzinfo=None), Context(role="guardian"))
    if said.bookable and isinstance(said.start, datetime):
        at = said.start
    else:
        day = said.day or (date.fromisoformat(found) if (found := said.partial.get("date")) else None)
        if day is None:
            day = now.date() + timedelta(days=0 if said.daypart == "evening" else 1)
        at = datetime.combine(day, BY_PART.get(said.daypart, EVENING))
    asked = at.replace(tzinfo=turn.school.zone)
    if asked <= turn.now:
        asked = datetime.combine(now.date() + timedelta(days=1), EVENING).replace(tzinfo=turn.school.zone)
    return hour.polite(asked, turn.school.policy, turn.school.zone)
