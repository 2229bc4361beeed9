"""The platform's access tokens: how long they live and what kills them (real time, not the school's)."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

from bot.sandbox.errors import ApiError
from bot.sandbox.store import Store

LIFE = 7200.0
#: In its last five minutes a stable token is renewed; old and new both work.
OVERLAP = 300.0
FORCE_PAUSE = 30.0
FORCES_A_DAY = 20

Family = Literal["stable", "plain"]


@dataclass
class Token:
    """`until` is when it expires; `dead` a refresh that came before."""

    account: str
    family: Family
    until: float
    dead: float = 0.0


class Tokens:
    """All tokens by their text. The caller holds the platform's lock."""

    def __init__(self, store: Store, wall: Callable[[], float]) -> None:
        self._store = store
        self._wall = wall
        self._tokens = {text: Token(**row) for text, row in store.all("token").items()}
        self._current: dict[tuple[str, Family], str] = {}
        self._forced: dict[str, list[float]] = {}
        for text, token in self._tokens.items():
            if not token.dead:
                self._current[token.account, token.family] = text

    def stable(self, account: str, force: bool = False) -> tuple[str, int]:
        """The token and its remaining life in seconds."""
        text = self._current.get((account, "stable"), "")
        left = self._tokens[text].until - self._wall() if text else 0.0
        if force:
            self._count_force(account)
            self._kill(text, self._wall())
        elif left > OVERLAP:
            return text, int(left)
        return self._make(account, "stable"), int(LIFE)

    def plain(self, account: str) -> tuple[str, int]:
        """A new token at every call; the one before it works five minutes longer."""
        self._kill(self._current.get((account, "plain"), ""), self._wall() + OVERLAP)
        return self._make(account, "plain"), int(LIFE)

    def account_of(self, text: str) -> str:
        """Whose token it is; 41001, 40001 or 42001 if it does not open anything."""
        if not text:
            raise ApiError(41001)
        token = self._tokens.get(text)
        if token is None or (token.dead and token.dead <= self._wall()):
            raise ApiError(40001)
        if token.until <= self._wall():
            raise ApiError(42001)
        return token.account

    def kill_all(self, account: str) -> None:
        """As if somebody else had refreshed: every token of the account is void."""
        for text, token in self._tokens.items():
            if token.account == account:
                self._kill(text, self._wall())
        self._current = {key: text for key, text in self._current.items() if key[0] != account}

    def _make(self, account: str, family: Family) -> str:
        text = f"{secrets.randbelow(100)}_" + secrets.token_urlsafe(252)
        self._tokens[text] = Token(account, family, self._wall() + LIFE)
        self._current[account, family] = text
        self._store.put("token", text, asdict(self._tokens[text]))
        self._forget_old()
        return text

    def _kill(self, text: str, moment: float) -> None:
        if text:
            self._tokens[text].dead = moment
            self._store.put("token", text, asdict(self._tokens[text]))

    def _count_force(self, account: str) -> None:
        now = self._wall()
        times = [moment for moment in self._forced.get(account, []) if moment > now - 86400]
        if times and times[-1] > now - FORCE_PAUSE:
            raise ApiError(45011)
        if len(times) >= FORCES_A_DAY:
            raise ApiError(45009)
        self._forced[account] = [*times, now]

    def _forget_old(self) -> None:
        gone = [text for text, token in self._tokens.items() if token.until < self._wall() - LIFE]
        for text in gone:
            del self._tokens[text]
            self._store.drop("token", text)
