"""Opens what the platform pushes and seals what goes back; whatever is forged or damaged stops here (rel.T1-T6)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from wechatpy import parse_message
from wechatpy.messages import BaseMessage
from werkzeug.datastructures import MultiDict

from bot.config import Account
from bot.wechat import cipher, paper
from bot.wechat.malformed import Malformed

__all__ = ["Malformed", "Push", "answer_check", "open_push", "seal_reply"]

LONGEST_BODY = 64 * 1024
LONGEST_PARAMETER = 128
FRESH = 600  #: seconds, rulings 23

_OPENID = r"[!-~]{1,64}"
_ID = r"[!-~]{1,64}"


@dataclass(frozen=True)
class Push:
    """What a person did or the platform reports, opened and checked. Ids are text."""

    account: str
    to: str  #: the account's original id (gh_…)
    openid: str
    key: str  #: what makes it the same push when it comes again
    xml: str
    message: BaseMessage  #: as wechatpy reads it
    nonce: str
    received: datetime
    aes_key: str = ""  #: the key that opened it and seals the reply; empty in plain mode
    menu_id: int | None = None  #: of the menu item that was tapped
    voice: int | None = None  #: the inbox row of the voice message whose words these are

    @property
    def fields(self) -> Mapping[str, Any]:
        """The elements as they came."""
        data: Mapping[str, Any] = self.message._data  # noqa: SLF001 - some fields have no attribute of their own
        return data


def answer_check(account: Account, query: MultiDict[str, str], now: datetime) -> str:
    """What to answer when the platform verifies our address (GET): the echo it sent."""
    asked = _parameters(query, now, "signature", "echostr")
    cipher.check_signature(asked["signature"], account.token, asked["timestamp"], asked["nonce"])
    return asked["echostr"]


def open_push(account: Account, query: MultiDict[str, str], body: bytes, now: datetime, plain: bool = False) -> Push:
    """The push inside a POST, or `Malformed`. `plain` lets unencrypted pushes in, for the sandbox's test of them."""
    if len(body) > LONGEST_BODY:
        raise Malformed(413, "the body is too large")
    if plain and query.get("encrypt_type") != "aes":
        asked = _parameters(query, now, "signature")
        cipher.check_signature(asked["signature"], account.token, asked["timestamp"], asked["nonce"])
        return _push(account, body, asked["nonce"], now)
    asked = _parameters(query, now, "msg_signature", "encrypt_type")
    if asked["encrypt_type"] != "aes":
        raise Malformed(403, "not encrypted")
    sealed = paper.required(paper.read(body)[1], "Encrypt", r"[A-Za-z0-9+/=]+")
    cipher.check_signature(asked["msg_signature"], account.token, asked["timestamp"], asked["nonce"], sealed)
    inner, key = _opened(account, sealed)
    return replace(_push(account, inner, asked["nonce"], now), aes_key=key)


def seal_reply(account: Account, push: Push, xml: str) -> str:
    """The reply as it goes back: encrypted with whichever key opened the push."""
    if not push.aes_key:
        return xml
    sealed = cipher.encrypt(push.aes_key, account.appid, xml)
    stamp = str(int(push.received.timestamp()))
    mark = cipher.signature(account.token, stamp, push.nonce, sealed)
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{mark}]]></MsgSignature>"
        f"<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{push.nonce}]]></Nonce></xml>"
    )


def _parameters(query: MultiDict[str, str], now: datetime, *names: str) -> dict[str, str]:
    """Every parameter once, short and ASCII; those named and a fresh timestamp are there."""
    asked = {}
    for name, values in query.lists():
        if len(values) != 1 or not values[0].isascii() or len(values[0]) > LONGEST_PARAMETER:
            raise Malformed(400, "a parameter stands twice, is too long or not ASCII")
        asked[name] = values[0]
    if any(not asked.get(name) for name in (*names, "timestamp", "nonce")):
        raise Malformed(400, "a parameter is missing")
    stamp = asked["timestamp"]
    if len(stamp) != 10 or not stamp.isdigit():
        raise Malformed(400, "the timestamp is not ten digits")
    if abs(int(stamp) - now.timestamp()) > FRESH:
        raise Malformed(403, "the timestamp is not fresh")
    return asked


def _opened(account: Account, sealed: str) -> tuple[bytes, str]:
    """After a change of key the platform may still use the one before."""
    keys = [key for key in (account.aes_key, account.previous_aes_key) if key]
    for key in keys[:-1]:
        try:
            return cipher.decrypt(key, account.appid, sealed), key
        except Malformed:
            continue
    return cipher.decrypt(keys[-1], account.appid, sealed), keys[-1]


def _push(account: Account, inner: bytes, nonce: str, now: datetime) -> Push:
    text, found = paper.read(inner)
    paper.required(found, "CreateTime", r"\d{1,11}")
    kind = paper.required(found, "MsgType", r"[A-Za-z_]{1,40}").lower()
    if kind == "event":
        paper.required(found, "Event", r"\w{1,64}")
        if found.get("EventKey", "") is None:
            raise Malformed(400, "EventKey has elements")
    tapped = paper.required(found, "bizmsgmenuid", r"\d{0,18}") if "bizmsgmenuid" in found else ""
    return Push(
        account=account.name,
        to=paper.required(found, "ToUserName", _OPENID),
        openid=paper.required(found, "FromUserName", _OPENID),
        key=_key(found, kind, inner),
        xml=text,
        message=parse_message(text),
        nonce=nonce,
        received=now,
        menu_id=int(tapped) if tapped else None,
    )


def _key(found: Mapping[str, str | None], kind: str, inner: bytes) -> str:
    """MsgId; an event has none, and two events can share a second: the hash of all that it says."""
    if kind != "event" and "MsgId" in found:
        return paper.required(dict(found), "MsgId", _ID)
    return hashlib.sha256(inner).hexdigest()
