"""The answer to a voice message: what was heard, so that nobody is surprised, and what came of it (rulings 38)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from handlers.announce import Notice, Silence, Words, composes
from handlers.texts import say
from models import sealed
from models.conversation import Conversation, Tap
from models.identity import Identity
from models.inbox import Inbound

_SHOWN = 200  #: characters of what was heard; the answer itself is never cut for it
#: An answer belongs into the open chat; no template carries it.
_TOPIC = "voice"


@composes("voice.answer")
def answered(notice: Notice) -> Words | Silence:
    """The stored answer to the words, below the words themselves."""
    row = notice.session.get(Inbound, notice.row.subject_id)
    kept = _kept(notice, row) if row else None
    if kept is None:
        return Silence("gone")
    words: str = kept["words"]
    shown = words if len(words) <= _SHOWN else words[:_SHOWN] + "…"
    query = sa.select(Tap).where(Tap.id.in_(kept["taps"])).order_by(Tap.id)
    text = say("unclear.voice_heard", words=shown, answer=kept["text"]).strip()
    return Words(text, _TOPIC, {}, list(notice.session.scalars(query)))


def _kept(notice: Notice, row: Inbound) -> dict[str, Any] | None:
    """What `bot.wechat.heard` has kept; nothing when the speaker has gone, or followed anew."""
    speaker = Identity.of(notice.session, row.account, row.openid)
    conversation = notice.session.get(Conversation, speaker.id) if speaker else None
    if conversation is None:
        return None
    try:
        kept: dict[str, Any] | None = sealed.unseal_json(conversation.data_key, "inbound.reply", row.reply_sealed)
    except InvalidTag:
        return None
    return kept


@composes("voice.unheard")
def unheard(notice: Notice) -> Words | Silence:
    """Nothing could be made out, or nobody could listen: please type."""
    empty = notice.row.facts.get("why") == "empty"
    return Words(say("unclear.voice_empty" if empty else "unclear.voice"), _TOPIC, {})
