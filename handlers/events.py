"""What is not typed: following, scanning, leaving, pictures, voice, places."""

from __future__ import annotations

import sqlalchemy as sa

from handlers import binding, consenting, photos
from handlers.presence import check_in
from handlers.registry import Missing, Nothing
from handlers.texts import say
from handlers.turn import Say, Turn
from models.conversation import Conversation
from models.identity import Identity
from models.notification import Owed, owe
from models.visit import Visit
from models.visit_life import OPEN


def heard(turn: Turn) -> Say | None:
    """The answer to anything but words; None when nothing is to be said."""
    kind = turn.said.kind
    if kind in ("follow", "scan"):
        return _followed(turn)
    if kind == "unfollow":
        _left(turn)
        return None
    if kind == "location":
        return _located(turn)
    if kind == "voice" and turn.hears and _may_be_heard(turn):
        turn.waiting = True
        return None
    of_record = photos.sent(turn) if kind == "image" else None
    if of_record is not None:
        return of_record
    if kind in ("voice", "image", "link", "video"):
        return Say(say(f"unclear.{kind}")) if turn.persons else Say(say("bind.hint"))
    return None


def _followed(turn: Turn) -> Say:
    turn.identity.following = True
    if turn.said.scene:
        return binding.bind(turn, turn.said.scene)
    if turn.persons:
        return Say(say("bind.welcome_back"))
    return Say(say("bind.welcome"))


def _may_be_heard(turn: Turn) -> bool:
    """Who has consented, and is answered on this very phone: the answer comes by the outbox."""
    if not turn.persons or not (turn.staff or consenting.given(turn)):
        return False
    reached = [Identity.of_person(turn.session, p.id, p.school.account) for p in turn.persons]
    return all(identity is turn.identity for identity in reached)


def _located(turn: Turn) -> Say:
    """A place sent by a teacher at a family's door is a check-in (V1); the place itself is not kept (rel.L29)."""
    if turn.staff is None:
        return Say(say("unclear.location"))
    try:
        return check_in(turn, {})
    except Missing as wanted:
        return Say(wanted.question)
    except Nothing as nothing:
        return Say(nothing.text)


def _left(turn: Turn) -> None:
    """Unfollowing erases the identity at once; the teachers of open visits are told to telephone (rulings 17)."""
    for person in turn.family:
        visits = Visit.of_guardian(turn.session, person, *OPEN)
        owed = [
            Owed(v.school_id, "visit.family_left", v.id, v.teacher_id, turn.now, slot=str(person.id)) for v in visits
        ]
        owe(turn.session, owed, turn.now)
        consenting.withdraw(turn, person.id)
    turn.session.execute(sa.delete(Conversation).where(Conversation.identity_id == turn.identity.id))
    turn.session.delete(turn.identity)
