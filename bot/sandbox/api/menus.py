"""The account's menu, as the bot puts it up and takes it down."""

from typing import Any

from bot.sandbox.api.door import OK, Call, Route


def create(call: Call) -> dict[str, Any]:
    """POST /cgi-bin/menu/create; Chinese written as \\uXXXX is refused."""
    with call.ground.lock:
        call.ground.menus.create(call.account.name, call.body(escapes=40033))
        call.ground.changes.bump()
    return OK


def get(call: Call) -> dict[str, Any]:
    """GET /cgi-bin/menu/get; its answer has no errcode."""
    with call.ground.lock:
        return {"menu": {"button": call.ground.menus.get(call.account.name)}}


def delete(call: Call) -> dict[str, Any]:
    """GET /cgi-bin/menu/delete."""
    with call.ground.lock:
        call.ground.menus.delete(call.account.name)
        call.ground.changes.bump()
    return OK


ROUTES = (
    Route("POST", "/cgi-bin/menu/create", create),
    Route("GET", "/cgi-bin/menu/get", get),
    Route("GET", "/cgi-bin/menu/delete", delete),
)
