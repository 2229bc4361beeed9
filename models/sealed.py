"""What nobody may read without need (rulings 32): AES-256-GCM under a key per student or person.

The master key wraps these keys and never enters the database; destroying a wrapped key erases all it sealed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_master: bytes | None = None


class NoMasterKey(Exception):
    """The process was started without the school's master key."""


def use_master_key(key: bytes) -> None:
    """Gives this process the master key (32 bytes)."""
    global _master
    if len(key) != 32:
        raise ValueError("the master key must be 32 bytes")
    _master = key


def _mastered() -> bytes:
    if _master is None:
        raise NoMasterKey
    return _master


def new_key() -> bytes:
    """A fresh data key, already wrapped; this is what a row keeps."""
    return _encrypt(_mastered(), AESGCM.generate_key(256), "data_key")


def opens(wrapped: bytes) -> bool:
    """Whether this process's master key is the one that wrapped the data key."""
    try:
        _unwrap(wrapped)
    except InvalidTag:
        return False
    return True


def seal(wrapped: bytes, field: str, text: str | None) -> bytes | None:
    """Seals a text for one column; `field` is `table.column` and is bound into the seal."""
    return None if text is None else _encrypt(_unwrap(wrapped), text.encode(), field)


def unseal(wrapped: bytes, field: str, sealed: bytes | None) -> str | None:
    """Opens what `seal` closed; raises `InvalidTag` when it was moved to another column.

    What was emptied because its child was erased opens to nothing.
    """
    return _decrypt(_unwrap(wrapped), sealed, field).decode() if sealed else None


def seal_bytes(wrapped: bytes, field: str, data: bytes) -> bytes:
    """Seals what is not a text, for one column."""
    return _encrypt(_unwrap(wrapped), data, field)


def unseal_bytes(wrapped: bytes, field: str, sealed: bytes) -> bytes:
    """Opens what `seal_bytes` closed."""
    return _decrypt(_unwrap(wrapped), sealed, field)


def seal_json(wrapped: bytes, field: str, value: Any) -> bytes:
    """Seals a JSON value."""
    return cast(bytes, seal(wrapped, field, json.dumps(value, ensure_ascii=False)))


def unseal_json(wrapped: bytes, field: str, sealed: bytes | None) -> Any:
    """Opens a JSON value; None for an empty column."""
    text = unseal(wrapped, field, sealed)
    return None if text is None else json.loads(text)


def phone_mark(phone: str) -> str:
    """A keyed hash by which a telephone number is found again without being readable."""
    digits = "".join(c for c in phone if c.isdigit())[-11:]
    return hmac.new(_mastered(), b"phone" + digits.encode(), hashlib.sha256).hexdigest()


def code_mark(code: str) -> str:
    """A keyed hash of a binding code."""
    return hmac.new(_mastered(), b"code" + code.encode(), hashlib.sha256).hexdigest()


def erased_mark(whose: str) -> str:
    """A keyed hash by which who was erased is known again."""
    return hmac.new(_mastered(), b"erased" + whose.encode(), hashlib.sha256).hexdigest()


def _unwrap(wrapped: bytes) -> bytes:
    return _decrypt(_mastered(), wrapped, "data_key")


def _encrypt(key: bytes, plain: bytes, field: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, field.encode())


def _decrypt(key: bytes, sealed: bytes, field: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], field.encode())
