"""Remembers which template messages went out, so that one sent again within ten minutes goes once."""

from datetime import datetime, timedelta

from bot.sandbox.store import Store

LIFE = timedelta(minutes=10)


class Receipts:
    """msgids by openid and client_msg_id. The caller holds the platform's lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sent: dict[str, tuple[int, float]] = {
            key: (msgid, until) for key, (msgid, until) in store.all("receipt").items()
        }

    def find(self, openid: str, client_msg_id: str, now: datetime) -> int:
        """The msgid of the first time, or 0."""
        msgid, until = self._sent.get(f"{openid} {client_msg_id}", (0, 0.0))
        return msgid if client_msg_id and until > now.timestamp() else 0

    def keep(self, openid: str, client_msg_id: str, msgid: int, now: datetime) -> None:
        if not client_msg_id:
            return
        for key in [key for key, (_, until) in self._sent.items() if until <= now.timestamp()]:
            del self._sent[key]
            self._store.drop("receipt", key)
        key = f"{openid} {client_msg_id}"
        self._sent[key] = (msgid, (now + LIFE).timestamp())
        self._store.put("receipt", key, self._sent[key])
