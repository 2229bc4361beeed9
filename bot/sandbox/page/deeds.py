"""What the buttons of the page do; each deed takes what the page sent."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from bot.sandbox.page.desk import Desk

Asked = dict[str, Any]
Deed = Callable[[Desk, Asked], object]

#: A picture larger than this is refused; the platform's own limit is 10 MB.
_LARGEST = 2_000_000


def tap(desk: Desk, asked: Asked) -> None:
    """The item of that number in that message."""
    openid = _text(asked, "openid")
    for message in desk.platform.messages(openid):
        if message.id == asked.get("message"):
            desk.platform.press(openid, message.items[int(asked["item"])])
            return
    raise LookupError("这条消息已经不在了")


def image(desk: Desk, asked: Asked) -> None:
    try:
        data = base64.b64decode(_text(asked, "data"), validate=True)
    except binascii.Error as error:
        raise ValueError("图片读不出来") from error
    if len(data) > _LARGEST or (data and not data.startswith((b"\x89PNG", b"\xff\xd8"))):
        raise ValueError("只能发送 2 MB 以内的 PNG 或 JPEG 图片")
    desk.platform.image(_text(asked, "openid"), data)


def location(desk: Desk, asked: Asked) -> None:
    """A place as "latitude,longitude"."""
    numbers = _text(asked, "said").replace("，", ",").split(",")
    try:
        latitude, longitude = (float(number) for number in numbers)
    except ValueError as error:
        raise ValueError("位置请写成：30.27,120.15") from error
    desk.platform.location(_text(asked, "openid"), latitude, longitude, _text(asked, "label"))


def add(desk: Desk, asked: Asked) -> None:
    """A phone for somebody in the roster, who follows by a fresh code if the page says so."""
    card = desk.card(int(asked["person"]))
    desk.platform.add_phone(card.account, card.openid, card.name, about=card.about)
    if asked.get("follow"):
        desk.platform.follow(card.openid, desk.new_code(card.id))


def follow_anew(desk: Desk, asked: Asked) -> None:
    """Follow with a fresh code, as with a new slip from school."""
    openid = _text(asked, "openid")
    card = next((card for card in desk.people() if card.openid == openid), None)
    if card is None:
        raise LookupError("名册里没有这个人")
    desk.platform.follow(openid, desk.new_code(card.id))


def stranger(desk: Desk, asked: Asked) -> None:
    """A phone for somebody who is not in the roster."""
    from bot.sandbox.phones import new_openid

    account = next(iter(desk.platform.accounts))
    desk.platform.add_phone(account, new_openid(), "陌生人", about="不在名册里")


def fault(desk: Desk, asked: Asked) -> None:
    channel, openid = asked.get("channel") or None, asked.get("openid") or None
    desk.platform.fault(_text(asked, "kind"), int(asked.get("times") or 1), channel, openid)


def twice(desk: Desk, asked: Asked) -> None:
    desk.platform.push_twice = bool(asked.get("on"))
    desk.platform.changes.bump()


def void_tokens(desk: Desk, asked: Asked) -> None:
    for name in desk.platform.accounts:
        desk.platform.void_tokens(name)


def _text(asked: Asked, name: str) -> str:
    value = asked.get(name)
    return value if isinstance(value, str) else ""


DEEDS: dict[str, Deed] = {
    "type": lambda desk, asked: desk.platform.type(_text(asked, "openid"), _text(asked, "text")),
    "voice": lambda desk, asked: desk.platform.voice(_text(asked, "openid"), _text(asked, "text")),
    "tap": tap,
    "image": image,
    "location": location,
    "sticker": lambda desk, asked: desk.platform.sticker(_text(asked, "openid"), _text(asked, "caption")),
    "menu": lambda desk, asked: desk.platform.menu(_text(asked, "openid"), _text(asked, "label")),
    "scan": lambda desk, asked: desk.platform.scan(_text(asked, "openid"), _text(asked, "said").strip()),
    "follow": lambda desk, asked: desk.platform.follow(_text(asked, "openid"), _text(asked, "said").strip() or None),
    "anew": follow_anew,
    "unfollow": lambda desk, asked: desk.platform.unfollow(_text(asked, "openid")),
    "subscribe": lambda desk, asked: desk.platform.subscribe(
        _text(asked, "openid"), _text(asked, "kind"), bool(asked.get("accept"))
    ),
    "block": lambda desk, asked: desk.platform.block(_text(asked, "openid"), bool(asked.get("on"))),
    "remove": lambda desk, asked: desk.platform.remove_phone(_text(asked, "openid")),
    "add": add,
    "stranger": stranger,
    "clock": lambda desk, asked: desk.turn(_text(asked, "step")),
    "fault": fault,
    "twice": twice,
    "clear": lambda desk, asked: desk.platform.clear_faults(),
    "void_tokens": void_tokens,
}
