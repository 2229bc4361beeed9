"""QR codes and pictures: what has an address of its own."""

import io
from typing import Any

import segno
from flask import Blueprint, Response, request

from bot.sandbox.api.door import Call, Route
from bot.sandbox.ground import Ground


def create_code(call: Call) -> dict[str, Any]:
    """POST /cgi-bin/qrcode/create; the answer has no errcode."""
    with call.ground.lock:
        code, life = call.ground.codes.create(call.account.name, call.body(), call.ground.now())
    answer: dict[str, Any] = {"ticket": code.ticket, "url": code.url}
    return answer | {"expire_seconds": life} if life else answer


def add_pictures(doors: Blueprint, ground: Ground) -> None:
    """The addresses on the platform's other hosts, which want no token."""

    @doors.get("/cgi-bin/showqrcode")
    def show_code() -> Response:
        with ground.lock:
            code = ground.codes.by_ticket(request.args.get("ticket", ""))
        if code is None:
            return Response(status=404)
        drawing = io.BytesIO()
        segno.make(code.url, error="m").save(drawing, kind="svg", scale=6)
        return Response(drawing.getvalue(), content_type="image/svg+xml")

    @doors.get("/mmbiz_pic/<key>")
    def show_picture(key: str) -> Response:
        with ground.lock:
            medium = ground.media.seen(key)
        if medium is None or not medium.type.startswith("image/"):
            return Response(status=404)
        return Response(medium.data, content_type=medium.type)


ROUTES = (Route("POST", "/cgi-bin/qrcode/create", create_code),)
