"""An account, a database and the pushes of a platform of our own making."""

import base64
import hashlib
import re
import secrets
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import Histogram

from bot.config import Account
from bot.wechat.webhook import Webhook
from handlers.turn import Answer, Turn
from models.base import Sessions

NOW = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)
OPENID = "oParent_000000000000000000001"


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


@dataclass
class Platform:
    """Signs and encrypts as WeChat does, and as it never would."""

    account: Account
    key: str = ""
    now: datetime = NOW
    _number: int = field(default=24680135792468000)

    def frame(self, message: bytes, appid: str | None = None) -> bytes:
        plain = b"0123456789abcdef" + struct.pack(">I", len(message)) + message
        return plain + (self.account.appid if appid is None else appid).encode()

    def pad(self, plain: bytes) -> bytes:
        count = 32 - len(plain) % 32
        return plain + bytes([count]) * count

    def encrypt(self, padded: bytes) -> str:
        key = base64.b64decode((self.key or self.account.aes_key) + "=")
        sealer = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        return base64.b64encode(sealer.update(padded) + sealer.finalize()).decode()

    def query(self, encrypted: str, **other: str) -> dict[str, str]:
        stamp, nonce = str(int(self.now.timestamp())), str(secrets.randbelow(10**9))
        asked = {"timestamp": stamp, "nonce": nonce, "encrypt_type": "aes", "openid": OPENID, **other}
        mark = sha1(self.account.token, asked["timestamp"], asked["nonce"], encrypted)
        signature = sha1(self.account.token, asked["timestamp"], asked["nonce"])
        return {"signature": signature, "msg_signature": mark, **asked}

    def sealed(self, xml: str | bytes, **other: str) -> tuple[dict[str, str], bytes]:
        """The query and the body of a push."""
        inner = xml.encode() if isinstance(xml, str) else xml
        encrypted = self.encrypt(self.pad(self.frame(inner)))
        return self.query(encrypted, **other), self.envelope(encrypted)

    def envelope(self, encrypted: str) -> bytes:
        receiver = f"<ToUserName><![CDATA[{self.account.original_id}]]></ToUserName>"
        return f"<xml>{receiver}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()

    def text(self, words: str, openid: str = OPENID, tap: int | None = None, number: int | None = None) -> str:
        self._number += 1
        more = f"<MsgId>{number or self._number}</MsgId>"
        more += f"<bizmsgmenuid>{tap}</bizmsgmenuid>" if tap is not None else ""
        return self.push("text", f"<Content><![CDATA[{words}]]></Content>{more}", openid)

    def event(self, name: str, more: str = "", openid: str = OPENID) -> str:
        return self.push("event", f"<Event><![CDATA[{name}]]></Event>{more}", openid)

    def push(self, kind: str, more: str, openid: str = OPENID) -> str:
        return (
            f"<xml><ToUserName><![CDATA[{self.account.original_id}]]></ToUserName>"
            f"<FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{int(self.now.timestamp())}</CreateTime>"
            f"<MsgType><![CDATA[{kind}]]></MsgType>{more}</xml>"
        )

    def opened(self, body: bytes) -> str:
        """The XML inside an encrypted reply."""
        sealed_text = body.decode().split("<Encrypt><![CDATA[")[1].split("]]>")[0]
        key = base64.b64decode((self.key or self.account.aes_key) + "=")
        opener = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = opener.update(base64.b64decode(sealed_text)) + opener.finalize()
        return plain[20 : 20 + struct.unpack(">I", plain[16:20])[0]].decode()


class StoodClock:
    """The school's clock, standing."""

    def now(self) -> datetime:
        return NOW


def echo(turn: Turn) -> Answer:
    """The shortest conversation: one's own words."""
    return Answer(f"heard: {turn.said.text}")


class Webhooked:
    """The real webhook behind Flask's own client."""

    def __init__(self, sessions: Sessions, platform: Platform) -> None:
        self.sessions, self.platform = sessions, platform
        self.answering = echo
        self.woken = 0

    def deliver(self) -> bool:
        self.woken += 1
        return True

    def client(self, plain: bool = False) -> FlaskClient:
        accounts = {"demo": self.platform.account}
        app = Flask("test")
        app.register_blueprint(
            Webhook(accounts, self.sessions, StoodClock(), lambda turn: self.answering(turn), self, plain).blueprint(
                Histogram("pushes", "", ["status"], registry=None)
            )
        )
        return app.test_client()

    def post(self, xml: str, **other: str):
        query, body = self.platform.sealed(xml, **other)
        return self.client().post("/wechat/demo", query_string=query, data=body)

    def say(self, words: str, **what) -> str:
        """What the phone gets back for words."""
        return self.content(self.post(self.platform.text(words, **what)))

    def content(self, answer) -> str:
        assert answer.status_code == 200
        if answer.data in (b"", b"success"):
            return ""
        found = re.search(r"<Content><!\[CDATA\[(.*)\]\]></Content>", self.platform.opened(answer.data), re.DOTALL)
        return found.group(1)


@pytest.fixture
def account() -> Account:
    return Account(
        name="demo",
        appid="wxsandbox00000001",
        secret="secret-of-the-demo-account",
        token="tokenOfTheDemoAccount",
        aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFI",
        previous_aes_key="OldKeyOldKeyOldKeyOldKeyOldKeyOldKeyOldKeyO",
        original_id="gh_school0001",
    )


@pytest.fixture
def platform(account: Account) -> Platform:
    return Platform(account)


@pytest.fixture
def here(sessions: Sessions, account: Account) -> Webhooked:
    """The webhook before an empty database; who writes is answered by `answering`."""
    return Webhooked(sessions, Platform(account))
