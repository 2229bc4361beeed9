"""The phones of the sandbox: who follows which account, and what stands in each chat."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from bot.sandbox.changes import Changes
from bot.sandbox.errors import ApiError
from bot.sandbox.store import Store
from bot.sandbox.words import Item, Piece

Sender = Literal["me", "account"]
Kind = Literal["text", "template", "notice", "event", "image", "voice", "location", "sticker"]

#: What a phone keeps; older messages are forgotten.
KEPT = 1000


@dataclass(frozen=True)
class Message:
    """One entry of a chat. `text` is all that the phone shows, `raw` what went over the wire."""

    id: int
    at: datetime
    sender: Sender
    kind: Kind
    pieces: tuple[Piece, ...]
    raw: str = ""
    media: str = ""
    #: When it came, in changes of the sandbox since its start.
    version: int = 0

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(piece.item for piece in self.pieces if piece.item is not None)

    def as_json(self) -> dict[str, Any]:
        row = {"id": self.id, "at": self.at.isoformat(), "from": self.sender, "kind": self.kind}
        pieces = [piece.as_json() for piece in self.pieces]
        return row | {"pieces": pieces, "raw": self.raw, "media": self.media}

    @staticmethod
    def of(row: dict[str, Any]) -> "Message":
        at, pieces = datetime.fromisoformat(row["at"]), tuple(Piece.of(p) for p in row["pieces"])
        return Message(row["id"], at, row["from"], row["kind"], pieces, row["raw"], row["media"])


@dataclass
class Phone:
    """A person's WeChat as one account sees it."""

    openid: str
    account: str
    name: str
    unionid: str
    #: Who this is at school, for whoever looks at the page.
    about: str = ""
    following: bool = False
    #: The person switched off 接收消息 in the account's settings.
    blocking: bool = False
    followed_at: float = 0.0
    scene: str = ""
    last_event: int = 0
    last_said: float = 0.0
    messages: list[Message] = field(default_factory=list, repr=False)

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "messages"}


def new_openid() -> str:
    """28 characters that begin with an o, as the real ones."""
    return "o" + secrets.token_urlsafe(21)[:27].replace("-", "_")


class NotFollowing(RuntimeError):
    """Who does not follow an account cannot write to it."""


class Phones:
    """All phones by openid. The caller holds the platform's lock."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes
        self._phones = {key: Phone(**row) for key, row in store.all("phone").items()}
        self._last = 0
        for row in store.all("message").values():
            phone = self._phones.get(row["openid"])
            if phone is not None:
                phone.messages.append(Message.of(row))
                self._last = max(self._last, row["id"])

    def __iter__(self) -> Iterator[Phone]:
        return iter(list(self._phones.values()))

    def add(self, account: str, openid: str, name: str, unionid: str = "") -> Phone:
        """The phone of that openid, made if there is none."""
        phone = self._phones.get(openid)
        if phone is not None and phone.account != account:
            raise ValueError(f"{openid} belongs to {phone.account}")
        if phone is None:
            union = unionid or "u" + hashlib.sha256(openid.encode()).hexdigest()[:27]
            phone = self._phones[openid] = Phone(openid, account, name, union)
        phone.name = name
        self.keep(phone)
        return phone

    def remove(self, openid: str) -> None:
        phone = self._phones.pop(openid, None)
        if phone is None:
            return
        self._store.drop("phone", openid)
        for message in phone.messages:
            self._store.drop("message", str(message.id))
        self._changes.bump()

    def get(self, openid: str) -> Phone:
        """A person's phone; who asks is one of our own callers."""
        if openid not in self._phones:
            raise LookupError(f"no phone {openid}")
        return self._phones[openid]

    def of(self, account: str, openid: object) -> Phone:
        """The phone that an API call means, also by its openid in a mini-program; else 40003."""
        phone = self._phones.get(openid) if isinstance(openid, str) else None
        if phone is not None and phone.account == account:
            return phone
        for other in self._phones.values():
            if openid == mini_openid(account, other.unionid):
                return other
        raise ApiError(40003)

    def keep(self, phone: Phone) -> None:
        """Write down that the phone changed."""
        self._store.put("phone", phone.openid, phone.as_json())
        self._changes.bump()

    def append(self, phone: Phone, message: Message) -> Message:
        """Put the message into the chat under the next number."""
        self._last += 1
        numbered = replace(message, id=self._last, version=self._changes.bump())
        phone.messages.append(numbered)
        self._store.put("message", str(self._last), numbered.as_json() | {"openid": phone.openid})
        for old in phone.messages[:-KEPT]:
            self._store.drop("message", str(old.id))
        del phone.messages[:-KEPT]
        return numbered


def mini_openid(account: str, unionid: str) -> str:
    """The openid of the same person in another account, such as the mini-program."""
    return "o" + hashlib.sha256(f"{account}:{unionid}".encode()).hexdigest()[:27]


def find_item(messages: list[Message], label: str) -> Item:
    """The item of that text, else the only one containing it, in the newest message that has it."""
    for message in reversed(messages):
        # Where labels bear numbers ("1. 同意"), the words that a tap sends are the item's text.
        same = {item for item in message.items if label in (item.label, item.content)}
        like = same or {item for item in message.items if label in item.label}
        if len(like) == 1:
            return like.pop()
        if same:
            raise LookupError(f"{len(same)} items {label}")
    last = next((message for message in reversed(messages) if message.items), None)
    there = "、".join(item.label for item in last.items) if last else "nothing to tap"
    raise LookupError(f"no item {label}; there is: {there}")
