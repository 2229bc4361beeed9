"""The page's doors. They answer only this computer's own browser."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, render_template, request

from bot.sandbox.page.deeds import DEEDS
from bot.sandbox.page.desk import Desk
from bot.sandbox.page.guide import guide
from bot.sandbox.page.sight import see
from bot.sandbox.unverified import UNVERIFIED

#: Real seconds for which a page is kept waiting for something new.
WAIT = 25.0
_FOUND = 60
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def make_page(desk: Desk, wait: float = WAIT) -> Blueprint:
    """The chat page and what it asks for."""
    page = Blueprint("page", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    page.before_request(_only_from_here)
    page.after_request(_guard)

    @page.get("/")
    def show() -> str:
        return render_template("page.html", school=desk.school, unverified=UNVERIFIED)

    @page.get("/page/changes")
    def changes() -> Response:
        since = request.args.get("since", -1, int)
        if request.args.get("run") != desk.run:
            since = -1
        if since >= 0:
            desk.platform.changes.wait(since, wait)
        return jsonify(see(desk, since))

    @page.post("/page/do/<verb>")
    def do(verb: str) -> tuple[Response, int]:
        asked: Any = request.get_json()
        if verb not in DEEDS or not isinstance(asked, dict):
            abort(404)
        try:
            DEEDS[verb](desk, asked)
        except (LookupError, ValueError, RuntimeError) as error:
            return jsonify(error=str(error.args[0] if error.args else error)), 409
        return jsonify(ok=True), 200

    _answer_questions(page, desk)
    return page


def _answer_questions(page: Blueprint, desk: Desk) -> None:
    """What the page asks for only when somebody looks."""

    @page.get("/page/guide")
    def steps() -> Response:
        return jsonify(guide(desk.local()))

    @page.get("/page/next")
    def coming() -> Response:
        found = desk.next_thing()
        return jsonify({"at": found[0].timestamp(), "what": found[1]} if found else None)

    @page.get("/page/people")
    def people() -> Response:
        wanted = request.args.get("q", "").split()
        cards = [c for c in desk.people() if all(word in f"{c.name} {c.about}" for word in wanted)]
        shown = [{"id": c.id, "name": c.name, "about": c.about, "part": c.part} for c in cards[:_FOUND]]
        return jsonify(shown)

    @page.get("/page/log/<int:number>")
    def entry(number: int) -> Response:
        with desk.platform.lock:
            found = [entry for entry in desk.platform.log.all() if entry.id == number]
        return jsonify(found[0].as_json()) if found else Response(status=404)


def _only_from_here() -> None:
    """Another site's page must not press our buttons, by whatever name it reaches this port."""
    if urlsplit(f"//{request.host}").hostname not in _HERE:
        abort(403)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)


def _guard(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response
