"""Serves the sandbox: the chat page and, on the same port, the stand-in for api.weixin.qq.com."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask

from bot.clock import Clock
from bot.config import Config
from bot.sandbox.api import make_blueprint
from bot.sandbox.opening import open_phones
from bot.sandbox.page.desk import Coming, Desk
from bot.sandbox.page.views import WAIT, make_page
from bot.sandbox.people import People
from bot.sandbox.platform import Platform
from bot.sandbox.serving import serve_forever
from models.base import Sessions, make_engine, writing
from models.base import sessions as make_sessions

#: Made of the school's sessions: what the clock on the page asks.
MakeComing = Callable[[Sessions], Coming]


def make_app(desk: Desk, wait: float = WAIT) -> Flask:
    """The page with the API beside it."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 4_000_000
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.register_blueprint(make_page(desk, wait))
    app.register_blueprint(make_blueprint(desk.platform))
    return app


def serve(config: Config, make_coming: MakeComing) -> None:
    """Serve until the process is asked to end; RealAccount if the configuration names a real account."""
    sessions = make_sessions(make_engine(config.database_url))
    clock = Clock(sessions)
    platform = make_platform(config, clock)
    people = People(sessions, clock.now)
    desk = make_desk(config, platform, people, clock, sessions, make_coming)
    threading.Thread(target=open_phones, args=(platform, people), name="opening", daemon=True).start()
    serve_forever(make_app(desk), config.sandbox.port)


def make_platform(config: Config, clock: Clock) -> Platform:
    """The platform of the configured accounts; it keeps its phones in the data folder."""
    config.data.mkdir(parents=True, exist_ok=True)
    door = f"http://127.0.0.1:{config.web.port}/wechat"
    accounts = config.wechat.values()
    platform = Platform(accounts, clock.now, lambda account: f"{door}/{account.name}", config.data / "sandbox.db")
    platform.address = f"http://127.0.0.1:{config.sandbox.port}"
    return platform


def make_desk(
    config: Config,
    platform: Platform,
    people: People,
    clock: Clock,
    sessions: Sessions,
    make_coming: MakeComing,
) -> Desk:
    """The desk on the school's own database and clock."""
    school = next(iter(config.school.values()))

    def turn(to: datetime) -> None:
        with writing(sessions) as session:
            clock.turn(session, to)

    zone = ZoneInfo(school.timezone)
    return Desk(platform, school.name, people.cards, people.new_code, turn, make_coming(sessions), zone)
