"""The door through which every API call comes: whose it is, what it says, how it is answered."""

import json
import re
import select
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from bot.sandbox.accounts import Account
from bot.sandbox.errors import ApiError
from bot.sandbox.ground import Ground
from bot.sandbox.log import Entry

#: An escaped letter beyond ASCII, which the platform does not read.
_ESCAPED = re.compile(rb"(?<!\\)((?:\\\\)*)\\u(?!00[0-7])(?=[0-9a-fA-F]{4})")
OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}


@dataclass(frozen=True)
class Call:
    """One call, its account known."""

    ground: Ground
    account: Account
    args: Mapping[str, str]
    raw: bytes

    def body(self, escapes: int | None = None) -> dict[str, Any]:
        """The JSON; escaped Chinese is refused with that errcode, or stays as it stands."""
        if not self.raw:
            raise ApiError(44002)
        raw = self.raw
        if _ESCAPED.search(raw):
            if escapes is not None:
                raise ApiError(escapes)
            raw = _ESCAPED.sub(rb"\1\\\\u", raw)
        return read_json(raw)

    def text(self, name: str) -> str:
        return self.args.get(name, "")


#: What a deed returns: JSON to be answered, or an answer of its own.
Answer = dict[str, Any] | Response
Deed = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """A path; `open` means that it wants no access token and finds its account by itself."""

    method: str
    path: str
    deed: Deed
    open: bool = False


def read_json(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw.decode())
    except ValueError as error:
        raise ApiError(47001) from error
    if not isinstance(body, dict):
        raise ApiError(47001)
    return body


def open_door(ground: Ground, route: Route) -> Callable[[], Response]:
    """The view for a route: refusals go out with HTTP 200, and everything is written down."""

    def view() -> Response:
        started = time.monotonic()
        account = next(iter(ground.accounts.values()))
        try:
            if request.method != route.method:
                raise ApiError(43002 if route.method == "POST" else 43001)
            account = account if route.open else _account(ground)
            call = Call(ground, account, request.args, request.get_data())
            if not route.open:
                _count(call, route)
            answer = route.deed(call)
            response = answer if isinstance(answer, Response) else as_json(answer)
        except ApiError as error:
            response = as_json(error.body())
        _write_down(ground, account, response, started)
        return response

    return view


def _account(ground: Ground) -> Account:
    with ground.lock:
        return ground.accounts[ground.tokens.account_of(request.args.get("access_token", ""))]


def _count(call: Call, route: Route) -> None:
    with call.ground.lock:
        call.ground.quotas.count(call.account.name, route.path, call.ground.now())


def as_json(body: dict[str, Any]) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), content_type="application/json; encoding=utf-8")


def refuse_unknown(rest: str) -> Response:
    """A path that the platform, or its stand-in, does not have."""
    return as_json(ApiError(40066).body())


def hold(seconds: float) -> Response:
    """Keep the caller waiting until it leaves or the real seconds are over."""
    wire = request.environ.get("werkzeug.socket")
    end = time.monotonic() + seconds
    while time.monotonic() < end and not _has_left(wire):
        time.sleep(0.02)
    return Response(status=504)


def _has_left(wire: socket.socket | None) -> bool:
    if wire is None:
        return False
    try:
        readable, _, _ = select.select([wire], [], [], 0)
        return bool(readable) and wire.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True


def _write_down(ground: Ground, account: Account, response: Response, started: float) -> None:
    sent = request.get_data(as_text=True) or request.query_string.decode(errors="replace")
    plain = response.mimetype in ("application/json", "text/html")
    answered = response.get_data(as_text=True) if plain else f"({response.mimetype})"
    code = re.search(r'"errcode": (-?\d+)', answered) if plain else None
    outcome = code.group(1) if code else "ok" if response.status_code == 200 else str(response.status_code)
    good = outcome in ("0", "ok") and response.mimetype != "text/html" and bool(answered)
    openid = re.search(r'"touser"\s*:\s*"([^"]+)"', sent)
    with ground.lock:
        names = {phone.openid: phone.name for phone in ground.phones}
        who = names.get(openid.group(1), openid.group(1)) if openid else ""
        ground.log.add(
            Entry(
                kind="call",
                at=ground.now(),
                account=account.name,
                who=who,
                what=request.path,
                sent=sent,
                answered=answered,
                outcome=outcome,
                good=good,
                ms=int((time.monotonic() - started) * 1000),
            )
        )
