"""What the account sends: customer-service messages, template messages, subscription messages."""

from typing import Any

from flask import Response

from bot.sandbox import pushes
from bot.sandbox.api.door import OK, Answer, Call, Deed, Route, hold
from bot.sandbox.api.speech import read_speech
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Channel
from bot.sandbox.phones import Phone
from bot.sandbox.templates import fill, find_template, library
from bot.sandbox.words import Piece

_PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
#: Seconds after a person's last message in which "is typing" may be shown.
_TYPING = 30


def send_custom(call: Call) -> dict[str, Any]:
    """POST /cgi-bin/message/custom/send: only while a window is open, and it uses it up."""
    ground, body = call.ground, call.body()
    with ground.lock:
        phone = ground.phones.of(call.account.name, body.get("touser"))
        if not phone.following:
            raise ApiError(45015)
        if phone.blocking:
            raise ApiError(48002)
        said = read_speech(call, body)
        ground.windows.take(phone.openid, ground.now())
        ground.show(phone, said.kind, said.pieces, said.raw, said.media)
    return OK


def show_typing(call: Call) -> dict[str, Any]:
    """POST /cgi-bin/message/custom/typing: the dots, soon after a person wrote."""
    ground, body = call.ground, call.body()
    with ground.lock:
        phone = ground.phones.of(call.account.name, body.get("touser"))
        if body.get("command") not in ("Typing", "CancelTyping"):
            raise ApiError(45072)
        if ground.now().timestamp() - phone.last_said > _TYPING:
            raise ApiError(45080)
    return OK


def send_template(call: Call) -> dict[str, Any]:
    """POST /cgi-bin/message/template/send: to followers; the outcome is pushed later."""
    ground, body = call.ground, call.body(escapes=47002)
    with ground.lock:
        phone = ground.phones.of(call.account.name, body.get("touser"))
        if not phone.following:
            raise ApiError(43004)
        kind, template = find_template(call.account, body.get("template_id"))
        card = fill(kind, template, body.get("data"))
        mark = str(body.get("client_msg_id") or "")
        msgid = ground.receipts.find(phone.openid, mark, ground.now())
        if not msgid:
            msgid = ground.number()
            ground.receipts.keep(phone.openid, mark, msgid, ground.now())
            _deliver_template(call, phone, card.text, msgid)
    return OK | {"msgid": msgid}


def _deliver_template(call: Call, phone: Phone, words: str, msgid: int) -> None:
    status = "failed:user block" if phone.blocking else "success"
    if not phone.blocking:
        call.ground.show(phone, "template", (Piece(words),), call.raw.decode())
    call.ground.push_later(phone, pushes.event("TEMPLATESENDJOBFINISH", MsgID=msgid, Status=status))


def send_subscribed(call: Call) -> dict[str, Any]:
    """POST /cgi-bin/message/subscribe/bizsend and /send: each uses one accept up, follower or not."""
    ground, body = call.ground, call.body(escapes=47002)
    with ground.lock:
        phone = ground.phones.of(call.account.name, body.get("touser"))
        kind, template = find_template(call.account, body.get("template_id"))
        card = fill(kind, template, body.get("data"))
        ground.permits.take(phone.openid, template.id)
        msgid = ground.number()
        ground.show(phone, "template", (Piece(card.text),), call.raw.decode())
        ground.push_later(phone, pushes.subscription_sent(template.id, msgid))
    return OK | {"msgid": msgid}


def list_templates(call: Call) -> dict[str, Any]:
    """GET /cgi-bin/template/get_all_private_template; its answer has no errcode."""
    return {"template_list": library(call.account)}


def faulty(channel: Channel, deed: Deed) -> Deed:
    """The deed as it goes when a fault is switched on for it."""

    def send(call: Call) -> Answer:
        kind = _take_fault(call, channel)
        if not kind:
            return deed(call)
        if kind == "html":
            return Response(_PROXY_PAGE, content_type="text/html")
        if kind == "empty":
            return Response(b"", content_type="application/json")
        if kind == "timeout":
            _deliver(deed, call)
        if kind in ("timeout", "lost"):
            return hold(call.ground.pace.hang)
        raise ApiError(int(kind))

    return send


def _deliver(deed: Deed, call: Call) -> None:
    try:
        deed(call)
    except ApiError:
        # The caller will not learn why it was refused either.
        return


def _take_fault(call: Call, channel: Channel) -> str:
    with call.ground.lock:
        try:
            openid = call.ground.phones.of(call.account.name, call.body().get("touser")).openid
        except ApiError:
            openid = ""
        return call.ground.faults.take(channel, openid)


ROUTES = (
    Route("POST", "/cgi-bin/message/custom/send", faulty("custom", send_custom)),
    Route("POST", "/cgi-bin/message/custom/typing", show_typing),
    Route("POST", "/cgi-bin/message/template/send", faulty("template", send_template)),
    Route("POST", "/cgi-bin/message/subscribe/bizsend", faulty("subscribe", send_subscribed)),
    Route("POST", "/cgi-bin/message/subscribe/send", faulty("subscribe", send_subscribed)),
    Route("GET", "/cgi-bin/template/get_all_private_template", list_templates),
)
