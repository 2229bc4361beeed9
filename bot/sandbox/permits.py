"""The ledger of subscriptions (订阅通知): one accept buys one message of that template."""

from bot.sandbox.errors import ApiError
from bot.sandbox.store import Store


class Permits:
    """Messages left by openid and template."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._left: dict[str, dict[str, int]] = dict(store.all("permit"))

    def accept(self, openid: str, template_id: str) -> None:
        self._set(openid, template_id, self.left(openid, template_id) + 1)

    def take(self, openid: str, template_id: str) -> None:
        """Use one accept up; 43101 without."""
        left = self.left(openid, template_id)
        if left < 1:
            raise ApiError(43101)
        self._set(openid, template_id, left - 1)

    def left(self, openid: str, template_id: str) -> int:
        return self._left.get(openid, {}).get(template_id, 0)

    def _set(self, openid: str, template_id: str, left: int) -> None:
        row = self._left.setdefault(openid, {})
        row[template_id] = left
        self._store.put("permit", openid, row)
