"""Fetching what people sent as voice or picture."""

from flask import Response

from bot.sandbox.api.door import Answer, Call, Route


def get(call: Call) -> Answer:
    """GET /cgi-bin/media/get: the bytes, or JSON that says why not."""
    media_id = call.text("media_id")
    with call.ground.lock:
        medium = call.ground.media.get(call.account.name, media_id, call.ground.now())
    ending = medium.type.split("/")[1]
    response = Response(medium.data, content_type=medium.type)
    response.headers["Content-Disposition"] = f'attachment; filename="{media_id[:16]}.{ending}"'
    return response


ROUTES = (Route("GET", "/cgi-bin/media/get", get),)
