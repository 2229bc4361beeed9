"""The platform's encryption of pushes and replies (安全模式): AES-256-CBC with the account's id behind the message."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.wechat.malformed import Malformed

#: The padding's block is twice as long as the cipher's own.
BLOCK = 32


def signature(*parts: str) -> str:
    """How the platform signs: the parts in order of their letters, hashed."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check_signature(given: str, *parts: str) -> None:
    """Refuses (403) another signature than that of the parts, in constant time."""
    if not hmac.compare_digest(given.encode(), signature(*parts).encode()):
        raise Malformed(403, "wrong signature")


def decrypt(aes_key: str, appid: str, sealed: str) -> bytes:
    """The message inside; refused (403) unless every byte of the frame is as it must be."""
    plain = _unpadded(_opened(aes_key, _decoded(sealed)))
    if len(plain) < 20:
        raise Malformed(403, "the plain text is too short")
    end = 20 + struct.unpack(">I", plain[16:20])[0]
    if end > len(plain) or not hmac.compare_digest(plain[end:], appid.encode()):
        raise Malformed(403, "another appid or a wrong length")
    return plain[20:end]


def encrypt(aes_key: str, appid: str, message: str) -> str:
    """Seals a message for the platform."""
    words = message.encode()
    plain = secrets.token_bytes(16) + struct.pack(">I", len(words)) + words + appid.encode()
    pad = BLOCK - len(plain) % BLOCK
    sealer = _cipher(aes_key).encryptor()
    return base64.b64encode(sealer.update(plain + bytes([pad]) * pad) + sealer.finalize()).decode()


def _decoded(sealed: str) -> bytes:
    try:
        return base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(403, "Encrypt is not base64") from None


def _opened(aes_key: str, box: bytes) -> bytes:
    if not box or len(box) % BLOCK:
        raise Malformed(403, "the cipher text has no whole blocks")
    opener = _cipher(aes_key).decryptor()
    return opener.update(box) + opener.finalize()


def _unpadded(plain: bytes) -> bytes:
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise Malformed(403, "wrong padding or key")
    return plain[:-pad]


def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    # The last of the 43 characters may carry spare bits: a strict decoder would refuse what the platform made.
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
