"""Carries pushes to the bot's webhook over HTTP and brings back what it answered."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

import urllib3

from bot.sandbox.accounts import Account
from bot.sandbox.replies import Said, read_reply
from bot.sandbox.sealing import Malformed, open_reply, seal_push, sign


@dataclass(frozen=True)
class Pace:
    """The platform's patience, in real seconds."""

    deadline: float = 5.0
    attempts: int = 3
    #: Between an attempt that failed and the next.
    pause: float = 1.0
    #: How long a faulty send keeps its caller waiting, if the caller does not leave before.
    hang: float = 6.0
    #: How long after a send its outcome is pushed.
    event_delay: float = 0.5


@dataclass(frozen=True)
class Push:
    """One thing that a person did, ready to be carried."""

    account: Account
    openid: str
    xml: str
    what: str
    #: Whether the person sees a fault notice when no valid answer comes.
    noticed: bool = True


@dataclass(frozen=True)
class Carried:
    """How one attempt ended. `none` is tried again."""

    outcome: Literal["ack", "reply", "malformed", "none"]
    detail: str
    answered: str
    ms: int
    said: Said | None = None


class Courier:
    """Knows the way to the webhook; it may be used by several threads."""

    def __init__(self, webhook_url: Callable[[Account], str], now: Callable[[], datetime], pace: Pace) -> None:
        self._webhook_url = webhook_url
        self._now = now
        self._pace = pace
        self._http = urllib3.PoolManager(maxsize=16, retries=False)

    def carry(self, push: Push) -> list[Carried]:
        """All attempts; the last one is what counts."""
        tried: list[Carried] = []
        for attempt in range(self._pace.attempts):
            if attempt:
                time.sleep(self._pace.pause)
            tried.append(self._attempt(push))
            if tried[-1].outcome != "none":
                break
        return tried

    def verify(self, account: Account) -> bool:
        """Ask the webhook to prove itself with an echostr, as on saving the address (URL 验证)."""
        stamp, nonce, echo = str(int(self._now().timestamp())), "20261123", "5837204816"
        query = {"signature": sign(account.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
        try:
            answer = self._send("GET", account, query | {"echostr": echo}, None)
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == 200 and answer.data == echo.encode()

    def _attempt(self, push: Push) -> Carried:
        sealed = seal_push(push.account, push.openid, push.xml, int(self._now().timestamp()))
        started = time.monotonic()
        try:
            answer = self._send("POST", push.account, sealed.query, sealed.body)
        except urllib3.exceptions.HTTPError as error:
            return Carried("none", type(error).__name__, "", _since(started))
        took, body = _since(started), answer.data
        shown = body.decode(errors="replace")
        if answer.status != 200:
            return Carried("none", f"HTTP {answer.status}", shown, took)
        if took > self._pace.deadline * 1000:
            return Carried("none", "too late", shown, took)
        if body in (b"", b"success"):
            return Carried("ack", "ack", shown, took)
        try:
            xml = open_reply(push.account, body, sealed.query["nonce"])
            said = read_reply(push.account, push.openid, xml)
        except Malformed as error:
            return Carried("malformed", str(error), shown, took)
        return Carried("reply", "reply", xml, took, said)

    def _send(
        self, method: str, account: Account, query: dict[str, str], body: bytes | None
    ) -> urllib3.BaseHTTPResponse:
        address = self._webhook_url(account)
        joint = "&" if "?" in address else "?"
        return self._http.request(
            method,
            f"{address}{joint}{urlencode(query)}",
            body=body,
            headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"},
            timeout=urllib3.Timeout(total=self._pace.deadline),
            redirect=False,
        )


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
