"""One push, one transaction: what was said is kept, takes effect and is answered together, once (rel.I1, rel.I3)."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bot import incident
from bot.config import Account
from bot.wechat import heard, menu_text, reports
from bot.wechat.envelope import Push
from bot.wechat.reply import render
from bot.wechat.said import OWN, said, window
from handlers import router
from handlers.texts import say
from handlers.turn import Answer, Said, Turn
from models import failpoint, prepared, sealed
from models.base import Sessions, writing
from models.conversation import Conversation
from models.errors import Refused
from models.identity import Identity
from models.inbox import DONE, FAILED, WAITING, Inbound, Known
from models.speaker import Speaker
from models.standing import Standing
from models.writing import Busy, Crossed

log = logging.getLogger("jiafang.webhook")

#: Seconds that a push may wait for its turn to write, in all its attempts, and how long each of those waits at least;
#: then the platform is asked to come again.
PATIENCE, _LEAST = 1.5, 0.05
#: Seconds that it may say nothing to the database until that is free for WeChat's next attempt, at another machine.
SILENCE = 3.0
_TRIES = 4
_BODY, _REPLY = "inbound.body", "inbound.reply"
#: The database's state rather than ours; the second when it has ended a transaction that said nothing for too long.
_AWAY = (OperationalError, InternalError)
#: Somebody else was quicker: with the same push, with the same hours, or with a step of the same visit.
_OVERTAKEN = (IntegrityError, StaleDataError)

Answering = Callable[[Turn], Answer | None]


class _Undone(Exception):
    """A deed was refused, or broke, in an attempt that could not take back the deed alone."""


@dataclass(frozen=True)
class Taken:
    """What came of a push: the reply's XML, empty for none, and whether somebody is now owed a message."""

    reply: str
    owes: bool = False


def take(account: Account, sessions: Sessions, push: Push, answering: Answering) -> Taken:
    """Keeps the push and does what it asks; the same push again gets the same reply and has no effect.

    Raises `Busy` when it cannot be stored now.
    """
    spoken, until = said(push), time.monotonic() + PATIENCE
    for attempt in range(1, _TRIES + 1):
        # Nearly every turn ends well, and goes without a savepoint; one that does not is lived again with one.
        guarded, last = attempt > 1, attempt == _TRIES
        try:
            with writing(sessions, max(until - time.monotonic(), _LEAST), SILENCE) as session:
                taken = _Turning(session, account, push, spoken, answering, guarded, last).take()
                prepared.flush(session)
                failpoint.reach("in.stored")
            failpoint.reach("in.committed")
            return taken
        except _Undone:
            continue
        except _OVERTAKEN:
            # The same push, or another first one of the same person, was quicker by a hair: look again.
            if last:
                raise
        except Crossed:
            if last:
                raise
        except _AWAY as error:
            raise Busy from error
    raise AssertionError("the last attempt returns or raises")


def _is_bug(error: Exception) -> bool:
    """Whether it is ours rather than the database's state (locked, full, gone)."""
    if not isinstance(error, _AWAY):
        return True
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorname", "") in ("SQLITE_ERROR", "SQLITE_MISUSE", "SQLITE_RANGE")
    return False


@dataclass
class _Turning:
    """One attempt."""

    session: Session
    account: Account
    push: Push
    spoken: Said
    answering: Answering
    guarded: bool
    last: bool

    def take(self) -> Taken:
        push, session = self.push, self.session
        failpoint.reach("in.begun")
        identity, known, standings = Speaker.of(session, push.account, push.openid, push.key)
        if known is not None:
            return Taken(stored_reply(session, known, identity))
        if push.voice is not None and not heard.awaited(session, push.voice, identity):
            return Taken("")
        if self.spoken.kind == "sent":
            reports.note(session, self.spoken.details, push.received)
        if identity is None and self.spoken.kind not in OWN:
            # The platform reports about somebody who has gone: the openid must not come back by that.
            self._row("").write(session)
            return Taken("")
        return self._effect(identity or Identity.reached(session, push.account, push.openid), standings)

    def _effect(self, identity: Identity, standings: dict[int, Standing]) -> Taken:
        session, push, now = self.session, self.push, self.push.received
        conversation = Conversation.of(session, identity.id, now)
        key, row = conversation.data_key, self._row(push.openid)
        row.body_sealed = sealed.seal(key, _BODY, push.xml)
        if push.voice is None:
            _note_window(identity, self.spoken, now)
        hears = bool(self.account.recogniser)
        turn = Turn(session, now, push.account, identity, conversation, self.spoken, standings, hears=hears)
        if push.voice is not None:
            heard.owe_answer(turn, row)
        reply = self._reply(turn, row, self._answer(turn, row))
        failpoint.reach("in.said")
        if reply:
            row.reply_sealed = sealed.seal(key, _REPLY, reply)
        # Written once, when all is known; until then the identity's lock keeps the same push waiting.
        if push.voice is None:
            row.write(session)
        reports.note_permits(session, identity, self.spoken)
        if self.spoken.kind == "unfollow":
            Inbound.forget(session, push.account, push.openid)
        owed = session.info.get("owed_from")
        return Taken(reply, owes=turn.waiting or turn.fetching or (owed is not None and owed <= now))

    def _reply(self, turn: Turn, row: Inbound, answer: Answer | None) -> str:
        """The passive reply's XML; a voice message has none, neither at once nor when it was heard."""
        if self.push.voice is not None:
            heard.keep_answer(turn, row, answer)
            return ""
        if turn.waiting and row.state == DONE:
            row.state = WAITING
        words = menu_text.write(answer.text, answer.choices, self.account.menus) if answer else ""
        return render(self.push, words, turn.now) if words else ""

    def _answer(self, turn: Turn, row: Inbound) -> Answer | None:
        """What is said back; a bug of ours undoes what the handler did and is said politely (rulings 30)."""
        try:
            return self._said(turn)
        except Exception as bug:
            if not _is_bug(bug) or (isinstance(bug, _OVERTAKEN) and not self.last):
                raise
            if not self.guarded:
                raise _Undone from bug
            row.state, row.incident = FAILED, incident.record(bug, f"a turn ({row.kind})")
            return Answer(say("unclear.incident", number=row.incident))

    def _said(self, turn: Turn) -> Answer | None:
        """A refusal in the middle of a deed takes back what the deed had begun, and so does a bug."""
        if not self.guarded:
            answer = self.answering(turn)
            prepared.flush(self.session)  # what the database says to it belongs to the deed
            return answer
        try:
            with self.session.begin_nested():
                return self.answering(turn)
        except Refused as no:
            return router.refused(turn, no)

    def _row(self, openid: str) -> Inbound:
        push = self.push
        return Inbound(
            account=push.account, key=push.key, openid=openid, kind=self.spoken.kind,
            received_at=push.received, state=DONE,
        )  # fmt: skip


def _note_window(identity: Identity, spoken: Said, now: datetime) -> None:
    grant = window(spoken)
    if grant is not None:
        identity.open_window(grant, now)


def stored_reply(session: Session, row: Known, identity: Identity | None) -> str:
    """What the same push was answered the first time."""
    if row.reply_sealed is None or identity is None:
        return ""
    conversation = session.get(Conversation, identity.id)
    try:
        return (sealed.unseal(conversation.data_key, _REPLY, row.reply_sealed) or "") if conversation else ""
    except InvalidTag:
        # Followed anew since: what was said before is sealed for ever.
        return ""
