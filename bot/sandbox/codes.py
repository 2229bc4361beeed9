"""QR codes with a scene (带参数二维码), by which a family finds its school and its child."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.store import Store

LONGEST = 2592000
#: A code without expire_seconds lives this long.
SHORTEST = 30
_TEMPORARY = frozenset({"QR_SCENE", "QR_STR_SCENE"})
_LASTING = frozenset({"QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"})


@dataclass(frozen=True)
class QrCode:
    """`until` is in seconds of the application's clock, 0 for a lasting code."""

    account: str
    ticket: str
    scene: str
    url: str
    until: float


class QrCodes:
    """All codes by ticket. The caller holds the platform's lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._codes = {ticket: QrCode(**row) for ticket, row in store.all("code").items()}

    def create(self, account: str, body: dict[str, Any], now: datetime) -> tuple[QrCode, int]:
        """The code and its life in seconds, 0 for a lasting one."""
        action = body.get("action_name")
        if action not in _TEMPORARY | _LASTING:
            raise ApiError(40052)
        scene = _read_scene(str(action), body.get("action_info"))
        life = 0 if action in _LASTING else _read_life(body.get("expire_seconds", SHORTEST))
        ticket = "gQ" + secrets.token_urlsafe(68)
        url = f"http://weixin.qq.com/q/{secrets.token_urlsafe(16)}"
        until = now.timestamp() + life if life else 0.0
        code = self._codes[ticket] = QrCode(account, ticket, scene, url, until)
        self._store.put("code", ticket, asdict(code))
        return code, life

    def by_ticket(self, ticket: str) -> QrCode | None:
        return self._codes.get(ticket)

    def newest(self, account: str, scene: str) -> QrCode | None:
        """The newest code of that scene, whether it still works or not."""
        found = [c for c in self._codes.values() if c.account == account and c.scene == scene]
        return found[-1] if found else None


def _read_life(given: object) -> int:
    if not isinstance(given, int) or not given >= 1:
        raise ApiError(40035, "expire_seconds")
    return min(given, LONGEST)


def _read_scene(action: str, info: object) -> str:
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise ApiError(40053)
    if "_STR_" in action:
        words = scene.get("scene_str")
        if not isinstance(words, str) or not 1 <= len(words) <= 64:
            raise ApiError(40053)
        return words
    number = scene.get("scene_id")
    most = 100000 if "LIMIT" in action else 2**32 - 1
    if not isinstance(number, int) or not 1 <= number <= most:
        raise ApiError(40053)
    return str(number)
