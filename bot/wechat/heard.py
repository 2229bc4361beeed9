"""A voice message that was heard: its words come in as a second push, its answer goes by the outbox (rulings 38)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from wechatpy import parse_message

from bot.config import Account
from bot.wechat import menu_text
from bot.wechat.envelope import Push
from handlers.registry import GUARDIAN
from handlers.turn import Answer, Turn
from models import sealed
from models.identity import Identity
from models.inbox import DONE, Inbound
from models.notification import TODAY, Owed, owe

LONGEST = 2000  #: characters; a minute's speech has some 300


def transcript(account: Account, voice: Inbound, words: str) -> Push:
    """The words as if they had been typed when the voice message came; the key lets them in once."""
    clean = menu_text.clean(words)[:LONGEST].replace("]]>", "]]]]><![CDATA[>")
    xml = (
        f"<xml><ToUserName><![CDATA[{account.original_id}]]></ToUserName>"
        f"<FromUserName><![CDATA[{voice.openid}]]></FromUserName>"
        f"<CreateTime>{int(voice.received_at.timestamp())}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{clean}]]></Content></xml>"
    )
    return Push(
        account=account.name, to=account.original_id, openid=voice.openid, key=f"{voice.key}:heard", xml=xml,
        message=parse_message(xml), nonce="", received=voice.received_at, voice=voice.id,
    )  # fmt: skip


def awaited(session: Session, voice: int, identity: Identity | None) -> bool:
    """Takes the voice message off the list; False when it was off it, or its speaker is no longer known."""
    row = Inbound.waiting(session, voice)
    if row is None:
        return False
    row.state, row.lease_until = DONE, None
    return identity is not None and any(p.left_at is None for p in identity.persons)


def owe_answer(turn: Turn, row: Inbound) -> None:
    """Owes the answer to the words, before all that they bring about: the reply to the push itself went long ago."""
    turn.session.add(row)
    turn.session.flush()
    owe_speaker(turn, "voice.answer", row.id)


def keep_answer(turn: Turn, row: Inbound, answer: Answer | None) -> None:
    """Keeps it for when it is sent."""
    taps = [choice.id for choice in answer.choices] if answer else []
    kept = {"words": turn.said.text, "text": answer.text if answer else "", "taps": taps}
    row.reply_sealed = sealed.seal_json(turn.conversation.data_key, "inbound.reply", kept)


def owe_speaker(turn: Turn, kind: str, subject: int, **facts: Any) -> None:
    """A message to who spoke, in the part in which he or she did."""
    as_guardian = turn.memory.get("part") == GUARDIAN and turn.family
    person = turn.family[0] if as_guardian else turn.person
    owed = Owed(person.school_id, kind, subject, person.id, turn.now, facts=facts, priority=TODAY)
    owe(turn.session, [owed], turn.now)
