"""What a job needs around it: the configuration, the database, the clock, and a client for each account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import redis

from bot import keys, valkey
from bot.clock import Clock
from bot.config import Config
from bot.wechat.client import WeChat, connect
from models import sealed
from models.base import SILENCE, Sessions, make_engine
from models.base import sessions as make_sessions


@dataclass(frozen=True)
class World:
    """One process's way to everything."""

    config: Config
    sessions: Sessions
    clock: Clock
    clients: Mapping[str, WeChat]
    store: redis.Redis | None = None  #: for what may be forgotten
    concurrency: int = 32  #: sends side by side; a play has one, so that it goes the same way every time


_here: World | None = None


def build(config: Config) -> World:
    """A world as the configuration says."""
    sealed.use_master_key(keys.master_key(config))
    sessions = make_sessions(make_engine(config.database_url, SILENCE))
    store = connect(valkey.address(config))
    clients = {name: WeChat(account, store) for name, account in config.wechat.items()}
    return World(config, sessions, Clock(sessions if config.sandbox.enabled else None), clients, store)


def enter(world: World) -> None:
    """Makes it the world of this process's jobs."""
    global _here
    _here = world


def world() -> World:
    """The world that this process entered."""
    if _here is None:
        raise RuntimeError("this process has entered no world")
    return _here
