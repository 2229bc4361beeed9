"""The stand-in for api.weixin.qq.com: every path that the bot calls, with the platform's refusals."""

from flask import Blueprint, Flask

from bot.sandbox.api import credentials, links, media, menus, messages, people, quotas
from bot.sandbox.api.door import Route, open_door, refuse_unknown
from bot.sandbox.ground import Ground

ROUTES: tuple[Route, ...] = (
    *credentials.ROUTES,
    *messages.ROUTES,
    *menus.ROUTES,
    *links.ROUTES,
    *people.ROUTES,
    *media.ROUTES,
    *quotas.ROUTES,
)


def make_blueprint(ground: Ground) -> Blueprint:
    """The API's paths, to be mounted beside others."""
    doors = Blueprint("api", __name__)
    for route in ROUTES:
        doors.add_url_rule(
            route.path,
            route.path.strip("/").replace("/", "-"),
            open_door(ground, route),
            methods=["GET", "POST"],
        )
    links.add_pictures(doors, ground)
    for area in ("cgi-bin", "sns", "wxa", "wxaapi", "customservice"):
        doors.add_url_rule(f"/{area}/<path:rest>", f"unknown-{area}", refuse_unknown, methods=["GET", "POST"])
    return doors


def make_api(ground: Ground) -> Flask:
    """An application of nothing but the API."""
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(make_blueprint(ground))
    return app
