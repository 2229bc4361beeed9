"""What an account may ask about its own connection: quotas, addresses, reachability."""

from typing import Any

from bot.sandbox.api.door import OK, Call, Route
from bot.sandbox.errors import ApiError
from bot.sandbox.quotas import DAILY


def quota(call: Call) -> dict[str, Any]:
    """POST /cgi-bin/openapi/quota/get."""
    path = call.body().get("cgi_path")
    if not isinstance(path, str) or path.startswith("/sns/"):
        raise ApiError(76022)
    if path not in DAILY:
        raise ApiError(76021)
    with call.ground.lock:
        used = call.ground.quotas.used(call.account.name, path, call.ground.now())
    daily = DAILY[path]
    return OK | {"quota": {"daily_limit": daily, "used": used, "remain": daily - used}}


def callback_addresses(call: Call) -> dict[str, Any]:
    """GET /cgi-bin/getcallbackip; its answer has no errcode."""
    return {"ip_list": ["127.0.0.1"]}


def check_callback(call: Call) -> dict[str, Any]:
    """POST /cgi-bin/callback/check: whether the webhook can be reached and proves itself."""
    if call.body().get("action") not in ("dns", "ping", "all"):
        raise ApiError(40035)
    lost = "0%" if call.ground.courier.verify(call.account) else "100%"
    ping = {"ip": "127.0.0.1", "from_operator": "DEFAULT", "package_loss": lost, "time": "1.000ms"}
    return {"dns": [{"ip": "127.0.0.1", "real_operator": "DEFAULT"}], "ping": [ping]}


ROUTES = (
    Route("POST", "/cgi-bin/openapi/quota/get", quota),
    Route("GET", "/cgi-bin/getcallbackip", callback_addresses),
    Route("POST", "/cgi-bin/callback/check", check_callback),
)
