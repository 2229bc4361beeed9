"""What the page is told: everything at first, afterwards only what changed."""

from dataclasses import asdict
from typing import Any

from bot.sandbox.accounts import title_of
from bot.sandbox.log import Entry
from bot.sandbox.page.desk import Desk
from bot.sandbox.phones import Message, Phone

#: Log lines that a page gets when it opens; older ones stay in the log.
LINES = 200


def see(desk: Desk, since: int) -> dict[str, Any]:
    """The state, with messages and log lines that came after the version `since` (-1: all)."""
    platform = desk.platform
    with platform.lock:
        return {
            "run": desk.run,
            "version": platform.changes.version,
            "now": desk.local().timestamp(),
            "offset": desk.local().utcoffset().total_seconds(),  # type: ignore[union-attr]
            "phones": [_phone(desk, phone) for phone in platform.phones],
            "messages": [
                {"openid": phone.openid, **_message(message)}
                for phone in platform.phones
                for message in _after(phone, since)
            ],
            "log": [_line(entry) for entry in platform.log.since(since)[-LINES:]],
            "faults": [asdict(fault) for fault in platform.faults.open()],
            "twice": platform.push_twice,
        }


def _after(phone: Phone, since: int) -> list[Message]:
    return [message for message in phone.messages if message.version > since]


def _phone(desk: Desk, phone: Phone) -> dict[str, Any]:
    platform = desk.platform
    left, until = platform.windows.left(phone.openid, platform.now())
    templates = platform.accounts[phone.account].templates
    permits = [
        {"kind": kind, "title": title_of(kind, one), "left": platform.permits.left(phone.openid, one.id)}
        for kind, one in templates.items()
    ]
    rows = platform.menus.rows(phone.account)
    return {
        "openid": phone.openid,
        "name": phone.name,
        "about": phone.about,
        "following": phone.following,
        "blocking": phone.blocking,
        "left": left,
        "until": until.timestamp() if until else 0,
        "permits": permits,
        "menu": [{"label": label, "buttons": [button.label for button in row]} for label, row in rows],
    }


def _message(message: Message) -> dict[str, Any]:
    numbers = iter(range(len(message.pieces)))
    pieces = [
        {"text": piece.text, "url": piece.url, "item": next(numbers) if piece.item else -1} for piece in message.pieces
    ]
    told = {"id": message.id, "at": message.at.timestamp(), "from": message.sender}
    return told | {"kind": message.kind, "pieces": pieces, "media": message.media}


def _line(entry: Entry) -> dict[str, Any]:
    told = {"id": entry.id, "at": entry.at.timestamp(), "kind": entry.kind, "who": entry.who}
    return told | {"what": entry.what, "outcome": entry.outcome, "good": entry.good, "ms": entry.ms}
