"""The menu at the foot of the chat: each button sends an intent, which needs no understanding."""

from __future__ import annotations

from bot.wechat.client import WeChat
from handlers.texts import say

BUTTONS = ("list_today", "list_all", "help")


def labels() -> list[str]:
    """What stands on the buttons."""
    return [say(f"menu.{key}") for key in BUTTONS]


def put_up(client: WeChat) -> None:
    """Puts the menu up; raises `SendError` when the platform refuses it."""
    buttons = [{"type": "click", "name": label, "key": key} for label, key in zip(labels(), BUTTONS, strict=True)]
    client.create_menu(buttons)
