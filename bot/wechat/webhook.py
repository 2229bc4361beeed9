"""The door that WeChat pushes through: `/wechat/<account>`."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from flask import Blueprint, Response, request
from prometheus_client import Histogram
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.config import Account
from bot.nudge import Waking
from bot.wechat import envelope, flood, turns
from bot.wechat.envelope import Malformed, Push
from bot.wechat.flood import Buckets, Room
from bot.wechat.said import said
from bot.wechat.turns import Answering, Taken
from models import failpoint
from models.base import Sessions
from models.writing import Busy

log = logging.getLogger("jiafang.webhook")


class Webhook:
    """Answers the platform within its five seconds, whatever comes (rel.I2, rel.I5)."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        sessions: Sessions,
        clock: Clock,
        answering: Answering,
        nudge: Waking | None,
        plain: bool = False,
    ) -> None:
        """`plain` lets unencrypted pushes in; nothing but the sandbox's test of that mode sets it."""
        self._accounts, self._sessions, self._clock = accounts, sessions, clock
        self._answering, self._nudge, self._plain = answering, nudge, plain
        self._buckets = {name: Buckets(account.burst) for name, account in accounts.items()}

    def blueprint(self, took: Histogram) -> Blueprint:
        """The routes; `took` is told how long each push was waited for."""
        wires = Blueprint("wechat", __name__)
        wires.add_url_rule("/wechat/<name>", "verify", self.verify, methods=["GET"])
        wires.add_url_rule("/wechat/<name>", "push", lambda name: self._timed(took, name), methods=["POST"])
        return wires

    def verify(self, name: str) -> Response:
        """The platform asks whether this address is ours."""
        account = self._accounts.get(name)
        if account is None:
            return _said("no such account", 404)
        try:
            return _said(envelope.answer_check(account, request.args, self._clock.now()))
        except Malformed as refused:
            return _refused(account, refused)

    def _timed(self, took: Histogram, name: str) -> Response:
        began = time.perf_counter()
        response = self.push(name)
        took.labels(str(response.status_code)).observe(time.perf_counter() - began)
        return response

    def push(self, name: str) -> Response:
        """Somebody wrote, tapped, followed …"""
        account = self._accounts.get(name)
        if account is None:
            return _said("no such account", 404)
        request.max_content_length = envelope.LONGEST_BODY
        try:
            opened = envelope.open_push(account, request.args, request.get_data(), self._clock.now(), self._plain)
        except Malformed as refused:
            return _refused(account, refused)
        failpoint.reach("in.opened")
        return self._taken(account, opened)

    def _taken(self, account: Account, opened: Push) -> Response:
        try:
            taken = self._turn(account, opened)
        except (Busy, DBAPIError) as error:
            # Nothing was stored: the platform must come again (rel.I2).
            log.error("account %s: a push could not be stored (%s)", account.name, type(error).__name__)
            return _said("busy", 503)
        if taken.owes and self._nudge is not None:
            self._nudge.deliver()
        failpoint.reach("in.woken")
        if not taken.reply:
            return _said("success")
        return Response(envelope.seal_reply(account, opened, taken.reply), content_type="application/xml")

    def _turn(self, account: Account, opened: Push) -> Taken:
        room = Room.ENOUGH
        if flood.counts(said(opened)):
            room = self._buckets[account.name].room(opened.openid, time.monotonic())
        if room is Room.ENOUGH:
            return turns.take(account, self._sessions, opened, self._answering)
        if room is Room.JUST_GONE:
            log.warning("account %s: somebody sends too fast; what comes is kept and let be", account.name)
        return flood.let_be(self._sessions, opened, room)


def _refused(account: Account, refused: Malformed) -> Response:
    log.warning("account %s: a push was refused with %d: %s", account.name, refused.status, refused.why)
    return _said("refused", refused.status)


def _said(words: str, status: int = 200) -> Response:
    return Response(
        words, status, content_type="text/plain; charset=utf-8", headers={"X-Content-Type-Options": "nosniff"}
    )
