"""A push through the real door: kept once, answered once, and never lost without the platform knowing."""

import threading

import sqlalchemy as sa

from handlers.turn import Answer, Choice
from models.conversation import Conversation
from models.identity import Identity
from models.inbox import DONE, FAILED, Inbound

from .conftest import OPENID


def rows(here, model):
    with here.sessions() as session:
        return list(session.scalars(sa.select(model)))


def test_who_writes_is_answered_and_the_message_is_kept(here):
    assert here.say("hello") == "heard: hello"
    (kept,) = rows(here, Inbound)
    assert (kept.openid, kept.kind, kept.state) == (OPENID, "text", DONE)
    assert b"hello" not in kept.body_sealed
