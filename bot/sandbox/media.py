"""Pictures and voices that people send; the platform keeps them for three days."""

import base64
import secrets
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.errors import ApiError
from bot.sandbox.store import Store

LIFE = timedelta(days=3)
_VOICE = b"#!AMR-WB\n"


@dataclass(frozen=True)
class Medium:
    """`until` is in seconds of the application's clock."""

    account: str
    type: str
    until: float
    data: bytes


class Media:
    """All media by media_id. The caller holds the platform's lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._media = {
            key: Medium(row["account"], row["type"], row["until"], base64.b64decode(row["data"]))
            for key, row in store.all("medium").items()
        }

    def add(self, account: str, content_type: str, data: bytes, now: datetime) -> str:
        key, until = secrets.token_urlsafe(48), (now + LIFE).timestamp()
        self._media[key] = Medium(account, content_type, until, data)
        row = {"account": account, "type": content_type, "until": until}
        self._store.put("medium", key, row | {"data": base64.b64encode(data).decode()})
        return key

    def get(self, account: str, key: str, now: datetime) -> Medium:
        """40007 for what never was, is another's or is too old."""
        medium = self._media.get(key)
        if medium is None or medium.account != account or medium.until <= now.timestamp():
            raise ApiError(40007)
        return medium

    def seen(self, key: str) -> Medium | None:
        """For the chat page, which shows its pictures as long as they are kept."""
        return self._media.get(key)


def record_voice(said: str) -> bytes:
    """What stands in for an audio file: its header, then the words."""
    return _VOICE + said.encode()


def recognise(audio: bytes) -> str:
    """The sandbox's speech recogniser: what was "said"; nothing for audio from elsewhere."""
    return audio.removeprefix(_VOICE).decode(errors="replace") if audio.startswith(_VOICE) else ""


def draw_picture(side: int = 96) -> bytes:
    """A small PNG, for who sends a picture and gives none."""
    rows = b"".join(b"\0" + b"".join(bytes((120 + x, 200 - y, 160)) for x in range(side)) for y in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
