"""Another guardian wants the reminders, too: 也提醒我 (rulings 4)."""

from __future__ import annotations

from handlers.booking import facts_for
from handlers.pupils import the_visit
from handlers.reach import open_visits
from handlers.registry import GUARDIAN, Words, command
from handlers.texts import say
from handlers.turn import Say, Turn
from models import history
from models.also_reminded import AlsoReminded
from models.audience import answering_guardian
from models.visit_life import CONFIRMED, PROPOSED


@command(GUARDIAN, "also_remind")
def also_remind(turn: Turn, words: Words) -> Say:
    """也提醒我"""
    visits = [v for v in open_visits(turn) if v.state in (PROPOSED, CONFIRMED)]
    picked = the_visit(turn, visits, words, "remind.nothing")
    visit = picked
    person = next(p for p in turn.family if visit.tie_of(p.id) is not None)
    if person.stopped_at is not None:
        return Say(say("remind.stopped"))
    answering = answering_guardian(turn.session, visit) if visit.state == CONFIRMED else None
    if (answering is not None and answering.id == person.id) or not AlsoReminded.wish(
        turn.session, visit, person.id, turn.now
    ):
        return Say(say("remind.already", **facts_for(visit, person)))
    deed = history.Deed("also_remind", "visit", visit.id, person.id)
    history.write(turn.session, visit.student, deed, turn.now)
    return Say(say("remind.done" if visit.state == CONFIRMED else "remind.once_settled", **facts_for(visit, person)))
