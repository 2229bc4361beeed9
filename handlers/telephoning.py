"""Families that no message reaches, or that stay silent: the teacher telephones and enters the answer (rulings 25)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from handlers.answering import questionnaire
from handlers.booking import phone_taps, visit_facts
from handlers.countering import own_visit
from handlers.offered import slot_of
from handlers.registry import Words, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models import telling
from models.audience import answering, answering_guardian
from models.calls import TASKS
from models.conversation import Tap
from models.errors import Refused
from models.notification import Notification
from models.visit import Visit
from models.visit_life import CONFIRMED, GUARDIAN, PROPOSED, TEACHER, Actor


def waiting_visits(turn: Turn) -> list[Visit]:
    """The teacher's visits that wait for the family."""
    found = Visit.of_teacher(turn.session, turn.person, PROPOSED, CONFIRMED)
    return [v for v in found if v.asked == GUARDIAN]


def to_be_telephoned(turn: Turn) -> Visit | None:
    """The first family that should be telephoned: asked to, or out of reach from the beginning."""
    for visit in waiting_visits(turn):
        asked = sa.select(Notification.id).where(
            Notification.kind.in_(TASKS), Notification.subject_id == visit.id, Notification.round == visit.steps
        )
        if turn.session.execute(asked.limit(1)).first() or not answering(turn.session, *visit.students):
            return visit
    return None


def how_did_it_go(turn: Turn, visit: Visit) -> Say:
    """Asks what the family said."""
    return Say(say("phone.ask", **visit_facts(visit)), phone_taps(turn.tap, visit))


def about_a_call(turn: Turn, words: Words) -> Say | None:
    """李雷家长同意了: words about a child whose family has been asked are asked back, never guessed at."""
    named = words.get("students") or []
    found = [v for v in waiting_visits(turn) if v.is_of(named)]
    return how_did_it_go(turn, found[0]) if len(found) == 1 else None


@tapped("phone.yes", "phone.no")
def tap_by_phone(turn: Turn, tap: Tap) -> Say:
    visit = own_visit(turn, tap)
    if visit.asked != GUARDIAN:
        raise Refused("changed_meanwhile", **visit_facts(visit))
    return Say(declined(turn, visit) if tap.deed == "phone.no" else agreed(turn, visit, slot_of(visit, tap.value)))


def _by_phone(turn: Turn) -> Actor:
    return Actor(TEACHER, turn.person.id, by_phone=True)


def agreed(turn: Turn, visit: Visit, slot: datetime | None = None) -> str:
    """The family took the time on the telephone; who can be reached reads it too."""
    moving = visit.moving
    visit.confirm(turn.session, _by_phone(turn), turn.now, slot)
    telling.tell_family(turn.session, visit, "visit.moved" if moving else "visit.taken_by_phone", turn.now)
    guardian = answering_guardian(turn.session, visit)
    if guardian is not None and not moving:
        questionnaire(turn, visit, guardian)
    return say("phone.confirmed", **visit_facts(visit))


def moved(turn: Turn, visit: Visit, starts_at: datetime) -> str:
    """Both agreed on another time on the telephone: asked and taken in one go."""
    visit.move(turn.session, Actor(TEACHER, turn.person.id), starts_at, turn.now)
    return agreed(turn, visit)


def declined(turn: Turn, visit: Visit) -> str:
    """The family does not want the visit, or keeps the old time."""
    if visit.moving:
        visit.refuse_move(turn.session, _by_phone(turn), turn.now)
        return say("counter.kept", **visit_facts(visit))
    visit.decline(turn.session, _by_phone(turn), turn.now)
    return say("phone.declined", **visit_facts(visit))
