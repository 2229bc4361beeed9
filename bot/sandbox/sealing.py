"""Signs and encrypts what the platform pushes, and opens what the bot answers (安全模式).

Nothing of it is shared with the bot's own cipher: two that agree were written twice.
"""

import base64
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.sandbox.accounts import Account

#: The padding's block, twice as long as that of the cipher.
BLOCK = 32


class Malformed(Exception):
    """An answer that the platform does not understand; its words go into the log."""


@dataclass(frozen=True)
class Sealed:
    """A push ready to be posted."""

    query: dict[str, str]
    body: bytes


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _cipher(account: Account) -> Cipher[modes.CBC]:
    key = base64.b64decode(account.aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def encrypt(account: Account, words: str) -> str:
    message = words.encode()
    plain = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message
    plain += account.appid.encode()
    pad = BLOCK - len(plain) % BLOCK
    sealer = _cipher(account).encryptor()
    return base64.b64encode(sealer.update(plain + bytes([pad]) * pad) + sealer.finalize()).decode()


def decrypt(account: Account, sealed: str) -> str:
    """Raise Malformed for everything that the platform could not read."""
    try:
        cipher = base64.b64decode(sealed, validate=True)
        opener = _cipher(account).decryptor()
        plain = opener.update(cipher) + opener.finalize()
    except ValueError as error:
        raise Malformed(f"Encrypt cannot be decrypted: {error}") from error
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad or len(plain) < 20 + pad:
        raise Malformed("wrong padding or key")
    plain = plain[:-pad]
    end = 20 + struct.unpack(">I", plain[16:20])[0]
    if plain[end:] != account.appid.encode():
        raise Malformed("the appid inside is another")
    return plain[20:end].decode(errors="replace")


def read_xml(body: str | bytes) -> ElementTree.Element:
    """The root of what the bot answered; the platform knows no document types."""
    words = body.decode(errors="replace") if isinstance(body, bytes) else body
    if "<!DOCTYPE" in words:
        raise Malformed("a document type")
    try:
        return ElementTree.fromstring(words.encode())  # noqa: S314  # without a document type it is harmless
    except (ElementTree.ParseError, ValueError) as error:
        raise Malformed(f"neither success, nothing nor XML: {error}") from error


def seal_push(account: Account, openid: str, xml: str, timestamp: int) -> Sealed:
    """What the platform posts: only the receiver and the cipher text stand in the body."""
    nonce, stamp = str(secrets.randbelow(10**10)), str(timestamp)
    sealed = encrypt(account, xml)
    query = {
        "signature": sign(account.token, stamp, nonce),
        "timestamp": stamp,
        "nonce": nonce,
        "openid": openid,
        "encrypt_type": "aes",
        "msg_signature": sign(account.token, stamp, nonce, sealed),
    }
    body = (
        f"<xml><ToUserName><![CDATA[{account.original_id}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    )
    return Sealed(query, body.encode())


def open_reply(account: Account, body: bytes, nonce: str) -> str:
    """The XML inside an encrypted passive reply, its signature checked."""
    root = read_xml(body)
    parts = {name: root.findtext(name) or "" for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")}
    missing = [name for name, value in parts.items() if not value.strip()]
    if missing:
        raise Malformed(f"an encrypted reply lacks {', '.join(missing)}")
    if parts["Nonce"] != nonce:
        raise Malformed("Nonce is not that of the push")
    expected = sign(account.token, parts["TimeStamp"], nonce, parts["Encrypt"])
    if not hmac.compare_digest(expected.encode(), parts["MsgSignature"].encode()):
        raise Malformed("MsgSignature does not fit")
    return decrypt(account, parts["Encrypt"])
