"""A leader of the school stops everything that is sent, and lets it go on; each is shown first."""

from __future__ import annotations

from handlers.drafts import Draft, carries_out, show
from handlers.registry import TEACHER, Words, command
from handlers.texts import say
from handlers.turn import Say, Turn
from models import sending
from models.errors import Refused
from models.person import LEADERS


def _leader(turn: Turn) -> None:
    """Of the whole school, not of a grade."""
    if not any(r.name in LEADERS and r.grade is None for r in turn.person.roles):
        raise Refused("not_yours")


@command(TEACHER, "stop_sending")
def stop_sending(turn: Turn, words: Words) -> Say:
    """暂停所有消息"""
    _leader(turn)
    if turn.school.sending_stopped_at is not None:
        return Say(say("sending.is_stopped", n=sending.waiting(turn.session, turn.school)))
    return show(turn, {"do": "stop_sending"}, say("sending.stop_shown"), "label.stop_sending", "label.cancel_no")


@command(TEACHER, "start_sending")
def start_sending(turn: Turn, words: Words) -> Say:
    """恢复发送"""
    _leader(turn)
    if turn.school.sending_stopped_at is None:
        return Say(say("sending.is_on"))
    text = say("sending.start_shown", n=sending.waiting(turn.session, turn.school))
    return show(turn, {"do": "start_sending"}, text, "label.start_sending", "label.cancel_no")


@carries_out("stop_sending")
def carry_out_stop(turn: Turn, draft: Draft) -> Say:
    """From now on what is owed waits; answers in the chat and cries for help still go."""
    _leader(turn)
    sending.stop(turn.session, turn.school, turn.now, turn.person.id)
    return Say(say("sending.stopped"))


@carries_out("start_sending")
def carry_out_start(turn: Turn, draft: Draft) -> Say:
    """What is still true goes at polite hours, what has become stale is dropped."""
    _leader(turn)
    going, dropped = sending.start(turn.session, turn.school, turn.now, turn.person.id)
    return Say(say("sending.started", going=going, dropped=dropped))
