"""The access token: one per account for all processes, fetched by one of them at a time (rel.I15)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import redis

from bot.config import Account
from bot.wechat.wire import SendError
from models import failpoint

log = logging.getLogger("jiafang.token")

MARGIN = 300  #: seconds before its end in which a token is not used any more
REFRESH_PAUSE = 30  #: seconds between two refreshes of an account
_LOCK_LIFE_MS = 10_000
_WAIT = 0.05
_REST = 2.0  #: seconds for which a Redis that is away is left alone

Fetch = Callable[[bool, float], dict[str, Any]]


class AccessToken:
    """`fetch(force, deadline)` asks `stable_token`. Without Redis the token is this process's own."""

    def __init__(self, account: Account, store: redis.Redis | None, fetch: Fetch) -> None:
        self._store, self._fetch = store, fetch
        self._key = f"jiafang:token:{account.appid}"
        self._one = threading.Lock()
        self._token, self._until, self._refreshed = "", 0.0, float("-inf")
        self._rest_until = 0.0

    def get(self, deadline: float) -> str:
        """The token to use; `SendError` when none can be had before the deadline."""
        return self._mine() or self._single(deadline, bad="")

    def instead_of(self, bad: str, deadline: float) -> str:
        """Another token than the one that was refused, or the same when a refresh is not due yet."""
        if self._mine() not in ("", bad):
            return self._token
        return self._single(deadline, bad)

    def _mine(self) -> str:
        return self._token if time.monotonic() < self._until else ""

    def _single(self, deadline: float, bad: str) -> str:
        if not self._one.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise SendError(None, "no access token in time")
        try:
            if self._mine() not in ("", bad):
                return self._token
            return self._shared(deadline, bad)
        finally:
            self._one.release()

    def _shared(self, deadline: float, bad: str) -> str:
        """Of all processes the one that holds the lock fetches; the others wait for what it puts there."""
        while time.monotonic() < deadline:
            if self._look(bad):
                return self._token
            if self._redis(lambda r: r.set(f"{self._key}:lock", "1", nx=True, px=_LOCK_LIFE_MS), True):
                try:
                    return self._token if self._look(bad) else self._renew(deadline, bad)
                finally:
                    self._redis(lambda r: r.delete(f"{self._key}:lock"), None)
            time.sleep(_WAIT)
        raise SendError(None, "no access token in time")

    def _look(self, bad: str) -> bool:
        found = self._redis(self._stored, None)
        if not found or not found[0] or found[1] <= 0 or found[0].decode() == bad:
            return False
        self._keep(found[0].decode(), found[1] / 1000)
        return True

    def _stored(self, store: redis.Redis) -> list[Any]:
        both = store.pipeline()
        both.get(self._key)
        both.pttl(self._key)
        return both.execute()

    def _renew(self, deadline: float, bad: str) -> str:
        if bad and not self._may_refresh():
            return bad
        told = self._fetch(False, deadline)
        failpoint.reach("token.fetched")
        if bad and told.get("access_token") == bad:
            # It is void and yet the platform hands it out again: only force makes a new one.
            told = self._fetch(True, deadline)
        token, life = told.get("access_token"), told.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(life, int):
            raise SendError(None, "no token in the answer")
        left = max(life - MARGIN, 5)
        self._keep(token, left)
        self._redis(lambda r: r.set(self._key, token, ex=left), None)
        return token

    def _may_refresh(self) -> bool:
        now = time.monotonic()
        if now - self._refreshed < REFRESH_PAUSE:
            return False
        first = self._redis(lambda r: r.set(f"{self._key}:refreshed", "1", nx=True, ex=REFRESH_PAUSE), True)
        self._refreshed = now if first else self._refreshed
        return bool(first)

    def _keep(self, token: str, seconds: float) -> None:
        self._token, self._until = token, time.monotonic() + seconds

    def _redis(self, ask: Callable[[redis.Redis], Any], otherwise: Any) -> Any:
        """What Redis says, or `otherwise` while it is away."""
        if self._store is not None and time.monotonic() >= self._rest_until:
            with suppress(redis.RedisError):
                return ask(self._store)
            self._rest_until = time.monotonic() + _REST
            log.warning("the token is this process's own: Redis does not answer")
        return otherwise
