"""Puts the menu up at the foot of each account's chat: once, and again when its buttons change."""

from __future__ import annotations

import hashlib
import logging
import time

import sqlalchemy as sa

from bot.wechat import menu
from bot.wechat.client import SendError
from jobs.context import World
from models.base import writing
from models.periodic import PeriodicRun, take

log = logging.getLogger("jiafang.menus")

AGAIN_AFTER = 600.0  #: seconds until an account that refused it is asked again


class Menus:
    """Whose menu is up is a row, so that of several beats one puts it up."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._after = float("-inf")

    def keep(self) -> None:
        """Puts up what is not up yet; looks again only after a while."""
        if time.monotonic() < self._after:
            return
        self._after = time.monotonic() + AGAIN_AFTER
        for account in self._world.clients:
            self._put_up(account)

    def _put_up(self, account: str) -> None:
        name, slot = f"menu {account}"[:40], hashlib.sha256("\n".join(menu.labels()).encode()).hexdigest()[:16]
        with writing(self._world.sessions) as session:
            if not take(session, name, slot, self._world.clock.now()):
                return
        try:
            menu.put_up(self._world.clients[account])
        except SendError as error:
            log.warning("account %s: the menu was refused: %s", account, error)
            with writing(self._world.sessions) as session:
                session.execute(sa.delete(PeriodicRun).where(PeriodicRun.name == name, PeriodicRun.slot == slot))
