"""One person who sends faster than anybody types: kept and told so once, but nothing comes of it (rel.T16)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.wechat.envelope import Push
from bot.wechat.reply import render
from bot.wechat.said import OWN, said
from bot.wechat.turns import PATIENCE, Taken, stored_reply
from handlers.texts import say
from handlers.turn import Said
from handlers.understanding.outright import calls_for_help
from handlers.understanding.safety import in_danger
from models import sealed
from models.base import Sessions, writing
from models.conversation import Conversation
from models.identity import Identity
from models.inbox import LET_BE, Inbound
from models.writing import Busy

RATE = 1.0  #: messages a second that fill the bucket again
KEPT = 20_000  #: buckets in memory at most; what has not been touched for longest is full again anyway
#: A person's own deeds but for those that say who she is and what she allows; the platform's reports always come in.
_COUNTED = OWN - {"follow", "popup"}


class Room(Enum):
    """What there is for one more message."""

    ENOUGH = "enough"
    NONE = "none"
    JUST_GONE = "just gone"  #: the first for which there is none: she is told


@dataclass
class _Bucket:
    left: float
    at: float
    told: bool = False


class Buckets:
    """A bucket for each person: so many messages at once, then one a second (real time, rulings 26)."""

    def __init__(self, burst: int, kept: int = KEPT) -> None:
        self._burst, self._kept = burst, kept
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._gate = threading.Lock()

    def room(self, openid: str, moment: float) -> Room:
        """Takes one message out of the person's bucket, if it holds one; `moment` in seconds of any steady clock."""
        with self._gate:
            bucket = self._buckets.setdefault(openid, _Bucket(self._burst, moment))
            self._buckets.move_to_end(openid)
            if len(self._buckets) > self._kept:
                self._buckets.popitem(last=False)
            bucket.left = min(self._burst, bucket.left + (moment - bucket.at) * RATE)
            bucket.at = moment
            # One flood is one line to her, also when every second lets a message through.
            bucket.told = bucket.told and bucket.left < self._burst
            if bucket.left >= 1:
                bucket.left -= 1
                return Room.ENOUGH
            told, bucket.told = bucket.told, True
            return Room.NONE if told else Room.JUST_GONE


def counts(spoken: Said) -> bool:
    """Whether it is taken out of the bucket: never what the platform reports, nor a cry for help."""
    if spoken.kind == "text" and (in_danger(spoken.text) or calls_for_help(spoken.text)):
        return False
    return spoken.kind in _COUNTED


def let_be(sessions: Sessions, push: Push, room: Room) -> Taken:
    """Keeps the push and acts on nothing of it; the same push again stays without effect, however late it comes.

    Raises `Busy` when it cannot be stored now, or is being stored by somebody else.
    """
    try:
        with writing(sessions, PATIENCE) as session:
            known = Inbound.known(session, push.account, push.key)
            if known is not None:
                return Taken(stored_reply(session, known, Identity.of(session, push.account, push.openid)))
            reply = render(push, say("unclear.too_fast"), push.received) if room is Room.JUST_GONE else ""
            _kept(session, push, reply).write(session)
    except IntegrityError as error:
        raise Busy from error
    return Taken(reply)


def _kept(session: Session, push: Push, reply: str) -> Inbound:
    row = Inbound(
        account=push.account, key=push.key, openid=push.openid, kind=said(push).kind, received_at=push.received,
        state=LET_BE,
    )  # fmt: skip
    query = sa.select(Conversation.data_key).join(Identity)
    key = session.scalar(query.where(Identity.account == push.account, Identity.openid == push.openid))
    if key is not None:
        row.body_sealed = sealed.seal(key, "inbound.body", push.xml)
        row.reply_sealed = sealed.seal(key, "inbound.reply", reply) if reply else None
    return row
