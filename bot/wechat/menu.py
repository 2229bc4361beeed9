"""The menu at the foot of the chat: each button sends its own label, which is read as if it had been typed."""

from __future__ import annotations

from bot.wechat.client import WeChat
from handlers.texts import say

BUTTONS = ("menu.first", "menu.second", "menu.third")


def labels() -> list[str]:
    """What stands on the buttons."""
    return [say(key) for key in BUTTONS]


def put_up(client: WeChat) -> None:
    """Puts the menu up; raises `SendError` when the platform refuses it."""
    client.create_menu([{"type": "click", "name": label, "key": label} for label in labels()])
