"""Listens to voice messages (语音): fetches them, has words made of them, and lets the words come in (rulings 38)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from bot.wechat import heard, paper, recogniser, turns
from bot.wechat.turns import Answering
from handlers import router
from handlers.turn import Said, Turn
from jobs.context import World
from jobs.fetching import LEASE, PATIENCE, TRIES, Errand, in_rounds, side_by_side
from models import failpoint, sealed
from models.base import reading, writing
from models.conversation import Conversation
from models.identity import Identity
from models.inbox import DONE, WAITING, Inbound

#: What was said so long ago may mean something else by now: 好的 to what was shown since.
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class _Voice:
    """A voice message that was taken to be heard."""

    row: Inbound
    media_id: str


def hear(world: World, limit: int = 20, answering: Answering = router.answer) -> int:
    """Listens to what waits, at most so many; returns how many it has dealt with, those to be tried again among them.

    Several may listen: a message is taken by one, and its words come in once whatever happens.
    """
    return in_rounds(limit, partial(_anything, world), partial(_round, world, answering))


def _anything(world: World) -> bool:
    with reading(world.sessions) as session:
        return session.execute(sa.select(Inbound.id).where(Inbound.state == WAITING).limit(1)).first() is not None


def _round(world: World, answering: Answering, limit: int) -> int:
    with writing(world.sessions, PATIENCE) as session:
        rows = Inbound.to_hear(session, datetime.now(UTC), LEASE, limit)
        opened = [_opened(world, session, row) for row in rows]
    voices = [voice for voice in opened if voice is not None]
    failpoint.reach("voice.taken")
    side_by_side(partial(_listen, world, answering), voices, "voices")
    return len(rows)


def _opened(world: World, session: Session, row: Inbound) -> _Voice | None:
    """What is to be fetched; None when the message is done with."""
    account = world.config.wechat.get(row.account)
    late = world.clock.now() - row.received_at > LATE
    if row.attempts > TRIES or late or account is None or not account.recogniser:
        _give_up(world, session, row, "given_up")
        return None
    media_id = _media_id(session, row)
    if media_id is None:
        row.state = DONE
        return None
    return _Voice(row, media_id)


def _media_id(session: Session, row: Inbound) -> str | None:
    identity = Identity.of(session, row.account, row.openid)
    conversation = session.get(Conversation, identity.id) if identity else None
    if conversation is None:
        return None
    try:
        xml = sealed.unseal(conversation.data_key, "inbound.body", row.body_sealed) or ""
    except InvalidTag:
        # Followed anew since: what was said before is sealed for ever.
        return None
    found = paper.read(xml.encode())[1]
    return found.get("MediaId16K") or found.get("MediaId")


def _listen(world: World, answering: Answering, voice: _Voice) -> None:
    errand: Errand[Inbound] = Errand(
        world.sessions,
        "a voice message",
        voice.row.account,
        voice.row.attempts,
        lambda session: Inbound.waiting(session, voice.row.id),
        partial(_give_up, world),
    )
    errand.run(lambda: _entered(world, answering, voice, errand), "given_up")


def _entered(world: World, answering: Answering, voice: _Voice, errand: Errand[Inbound]) -> None:
    account = world.config.wechat[voice.row.account]
    audio = world.clients[account.name].medium(voice.media_id)
    listening = recogniser.of(account)
    words = listening(audio).strip() if listening else ""
    failpoint.reach("voice.heard")
    if not words:
        errand.put_off("empty", at_once=True)
        return
    turns.take(account, world.sessions, heard.transcript(account, voice.row, words), answering)
    failpoint.reach("voice.entered")


def _give_up(world: World, session: Session, row: Inbound, why: str) -> None:
    """The person is asked to type, for it is not known what was said."""
    row.state, row.lease_until = DONE, None
    identity, now = Identity.of(session, row.account, row.openid), world.clock.now()
    if identity is None or not any(p.left_at is None for p in identity.persons):
        return
    turn = Turn(session, now, row.account, identity, Conversation.of(session, identity.id, now), Said("voice"))
    heard.owe_speaker(turn, "voice.unheard", row.id, why=why)
