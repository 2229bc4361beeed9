"""How many customer-service messages (客服消息) an account may still send to a person, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.sandbox.errors import ApiError
from bot.sandbox.store import Store

Opener = Literal["message", "menu", "follow", "scan"]

#: What the person does → how many messages for how long. A tap on a menu item counts as `menu`.
QUOTA: dict[Opener, tuple[int, timedelta]] = {
    "message": (5, timedelta(hours=48)),
    "menu": (3, timedelta(minutes=1)),
    "follow": (3, timedelta(minutes=1)),
    "scan": (3, timedelta(minutes=1)),
}


@dataclass
class Grant:
    """Messages left, and the end in seconds of the application's clock."""

    left: int
    until: float


class Windows:
    """Grants by openid and opener; a new act replaces the grant of its kind."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._grants: dict[str, dict[str, Grant]] = {
            openid: {opener: Grant(*grant) for opener, grant in row.items()}
            for openid, row in store.all("window").items()
        }

    def open(self, openid: str, opener: Opener, now: datetime) -> None:
        count, life = QUOTA[opener]
        self._grants.setdefault(openid, {})[opener] = Grant(count, (now + life).timestamp())
        self._keep(openid)

    def close(self, openid: str) -> None:
        self._grants.pop(openid, None)
        self._store.drop("window", openid)

    def take(self, openid: str, now: datetime) -> None:
        """Use up one message of the grant that ends first; 45015 or 45047 if there is none."""
        live = self._live(openid, now)
        if not live:
            raise ApiError(45015)
        usable = [grant for grant in live if grant.left > 0]
        if not usable:
            raise ApiError(45047)
        min(usable, key=lambda grant: grant.until).left -= 1
        self._keep(openid)

    def left(self, openid: str, now: datetime) -> tuple[int, datetime | None]:
        """Messages that could go now, and when the last window ends."""
        usable = [grant for grant in self._live(openid, now) if grant.left > 0]
        if not usable:
            return 0, None
        until = max(grant.until for grant in usable)
        return sum(grant.left for grant in usable), datetime.fromtimestamp(until, now.tzinfo)

    def _live(self, openid: str, now: datetime) -> list[Grant]:
        grants = self._grants.get(openid, {}).values()
        return [grant for grant in grants if grant.until > now.timestamp()]

    def _keep(self, openid: str) -> None:
        grants = self._grants[openid]
        self._store.put("window", openid, {k: [g.left, g.until] for k, g in grants.items()})
