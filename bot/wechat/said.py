"""Turns a push into what a person said or did, in the words of the language room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.wechat.envelope import Push
from handlers.turn import Said
from models.identity import SAID, TAPPED

_MESSAGES = {
    "text": "text",
    "voice": "voice",
    "image": "image",
    "location": "location",
    "link": "link",
    "video": "video",
    "shortvideo": "video",
}
_EVENTS = {
    "subscribe": "follow",
    "unsubscribe": "unfollow",
    "scan": "scan",
    "click": "click",
    "scancode_push": "click",
    "scancode_waitmsg": "click",
    "subscribe_msg_popup_event": "popup",
    "subscribe_msg_change_event": "permit",
    "subscribe_msg_sent_event": "sent",
    "templatesendjobfinish": "sent",
}
#: A person's own deeds; the rest is the platform reporting, and may come when the person has long gone.
OWN = frozenset({*_MESSAGES.values(), "follow", "scan", "click", "popup"})
_OPENS_SHORT = frozenset({"follow", "scan", "click"})
_SCENE = "qrscene_"
_LISTS = ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent")


def said(push: Push) -> Said:
    """What was said or done; `other` for what concerns nobody here."""
    fields = push.fields
    if _text(fields, "MsgType").lower() == "event":
        return _event(fields)
    kind = _MESSAGES.get(_text(fields, "MsgType").lower(), "other")
    details = {"media_8k": _text(fields, "MediaId")} if kind == "voice" else {}
    return Said(
        kind=kind,
        text=_text(fields, "Content"),
        tap=push.menu_id,
        location=_location(fields) if kind == "location" else None,
        media_id=_text(fields, "MediaId16K") or _text(fields, "MediaId") or None,
        details={**details, "place": _text(fields, "Label")} if kind == "location" else details,
    )


def window(spoken: Said) -> tuple[int, timedelta] | None:
    """Which customer-service window the deed opens, if any; a tap comes as text and yet opens the short one."""
    if spoken.kind in _OPENS_SHORT or spoken.tap is not None:
        return TAPPED
    return SAID if spoken.kind in _MESSAGES.values() else None


def _event(fields: Mapping[str, Any]) -> Said:
    # The parser has renamed the event and cut its key when a scene was scanned to follow.
    event = _text(fields, "Event").lower().replace("subscribe_scan", "subscribe")
    kind, key = _EVENTS.get(event, "other"), _text(fields, "EventKey")
    if kind in ("follow", "scan"):
        return Said(kind=kind, scene=key.removeprefix(_SCENE) or None)
    if kind == "click":
        return Said(kind=kind, key=key, details=_scanned(fields))
    if kind in ("sent", "popup", "permit"):
        return Said(kind=kind, details=_report(fields))
    return Said(kind=kind, details={"event": event})


def _report(fields: Mapping[str, Any]) -> dict[str, Any]:
    if "MsgID" in fields:
        return {"msgid": _text(fields, "MsgID"), "status": _text(fields, "Status")}
    entries: list[Any] = []
    for name in _LISTS:
        held = fields.get(name)
        listed = held.get("List") if isinstance(held, Mapping) else None
        # One entry comes as a mapping, several as a list.
        entries += listed if isinstance(listed, list) else [listed] if listed else []
    return {"list": [{k: v for k, v in e.items() if isinstance(v, str)} for e in entries if isinstance(e, Mapping)]}


def _scanned(fields: Mapping[str, Any]) -> dict[str, Any]:
    held = fields.get("ScanCodeInfo")
    return {"scanned": _text(held, "ScanResult")} if isinstance(held, Mapping) else {}


def _location(fields: Mapping[str, Any]) -> tuple[float, float] | None:
    try:
        place = float(_text(fields, "Location_X")), float(_text(fields, "Location_Y"))
    except ValueError:
        return None
    return place if -90 <= place[0] <= 90 and -180 <= place[1] <= 180 else None


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
