"""The web process: WeChat's webhook, the mini-program's API, the office's pages."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify

from bot import health, keys, valkey
from bot.clock import Clock
from bot.config import Config
from bot.figures import Figures
from bot.nudge import Beside, Nudge, Waking
from bot.wechat.client import connect
from bot.wechat.turns import Answering
from bot.wechat.webhook import Webhook
from handlers import router
from models import sealed
from models.base import SILENCE, Sessions, make_engine
from models.base import sessions as make_sessions
from models.line import answered_within
from models.writing import let_in

#: Seconds that a door waits for the database in all: then the platform hears 503, and its next attempt finds what a
#: commit in doubt has stored (rel.I2).
_PATIENCE = 2.0
#: Turns that are lived at once where the database would take more. They share a core, and one more costs the others
#: more in changing places than it gains while they wait for the database: with eight a quarter less gets done.
_AT_ONCE = 3


class _Doors(Flask):
    """Every door answers in time, whatever the database does."""

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        with answered_within(_PATIENCE):
            return super().wsgi_app(environ, start_response)


def create_app(
    config: Config,
    sessions: Sessions | None = None,
    clock: Clock | None = None,
    answering: Answering | None = None,
    nudge: Waking | None = None,
    plain: bool = False,
) -> Flask:
    """The application; what is not given is made as the configuration says. `plain` is for one test of the sandbox."""
    sealed.use_master_key(keys.master_key(config))
    sessions = sessions or make_sessions(make_engine(config.database_url, SILENCE))
    let_in(sessions.kw["bind"], _AT_ONCE)
    clock = clock or Clock(sessions if config.sandbox.enabled else None)
    nudge = nudge or Beside(Nudge(valkey.address(config)))
    app = _Doors("jiafang", static_folder=None)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    figures = Figures(sessions, clock.now)
    webhook = Webhook(config.wechat, sessions, clock, answering or router.answer, nudge, plain)
    app.register_blueprint(webhook.blueprint(figures.pushes))
    store = connect(valkey.address(config))

    @app.get("/healthz")
    def healthz() -> tuple[Response, int]:
        """How the school's bot is; 503 only when pushes are refused."""
        told = health.state(sessions, store, clock.now())
        return jsonify(told), 503 if told["state"] == "down" else 200

    @app.get("/metrics")
    def metrics() -> Response:
        """Figures for Prometheus."""
        return Response(figures.page(), content_type="text/plain; version=0.0.4; charset=utf-8")

    return app
