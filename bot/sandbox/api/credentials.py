"""Access tokens, and who it is that opened the mini-program."""

import secrets
from typing import Any

from bot.sandbox.accounts import Account
from bot.sandbox.api.door import Call, Route, read_json
from bot.sandbox.errors import ApiError
from bot.sandbox.ground import Ground


def stable_token(call: Call) -> dict[str, Any]:
    """POST /cgi-bin/stable_token: the same token until it runs out, unless forced."""
    if not call.raw:
        raise ApiError(44002)
    body = read_json(call.raw)
    if body.get("grant_type") != "client_credential":
        raise ApiError(40002)
    account = _check(call.ground, body.get("appid"), body.get("secret"))
    with call.ground.lock:
        call.ground.quotas.count(account.name, "/cgi-bin/stable_token", call.ground.now())
        text, life = call.ground.tokens.stable(account.name, body.get("force_refresh") is True)
    return {"access_token": text, "expires_in": life}


def plain_token(call: Call) -> dict[str, Any]:
    """GET /cgi-bin/token: a new token at every call."""
    if call.text("grant_type") != "client_credential":
        raise ApiError(40002)
    account = _check(call.ground, call.text("appid"), call.text("secret"))
    with call.ground.lock:
        call.ground.quotas.count(account.name, "/cgi-bin/token", call.ground.now())
        text, life = call.ground.tokens.plain(account.name)
    return {"access_token": text, "expires_in": life}


def code_to_session(call: Call) -> dict[str, Any]:
    """GET /sns/jscode2session: who the code belongs to; a code works once."""
    account = _check(call.ground, call.text("appid"), call.text("secret"))
    if call.text("grant_type") != "authorization_code":
        raise ApiError(40002)
    with call.ground.lock:
        login = call.ground.logins.use(account.name, call.text("js_code"), call.ground.wall())
    session_key = secrets.token_urlsafe(18)[:22] + "=="
    return {"openid": login.openid, "session_key": session_key, "unionid": login.unionid}


def _check(ground: Ground, appid: object, secret: object) -> Account:
    if not appid:
        raise ApiError(41002)
    if not secret:
        raise ApiError(41004)
    for account in ground.accounts.values():
        if account.appid == appid:
            if account.secret != secret:
                raise ApiError(40125)
            return account
    raise ApiError(40013)


ROUTES = (
    Route("POST", "/cgi-bin/stable_token", stable_token, open=True),
    Route("GET", "/cgi-bin/token", plain_token, open=True),
    Route("GET", "/sns/jscode2session", code_to_session, open=True),
)
