"""The state that the emulated WeChat's rules rest on, and the wire to the bot."""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from bot.sandbox import pushes
from bot.sandbox.accounts import Account, check_accounts
from bot.sandbox.afterwards import Afterwards
from bot.sandbox.changes import Changes
from bot.sandbox.codes import QrCodes
from bot.sandbox.courier import Carried, Courier, Pace, Push
from bot.sandbox.faults import Channel, Fault, Faults
from bot.sandbox.log import Entry, Log
from bot.sandbox.logins import Logins
from bot.sandbox.media import Media
from bot.sandbox.menus import Menus
from bot.sandbox.permits import Permits
from bot.sandbox.phones import Kind, Message, NotFollowing, Phone, Phones
from bot.sandbox.quotas import Quotas
from bot.sandbox.receipts import Receipts
from bot.sandbox.store import Store
from bot.sandbox.tokens import Tokens
from bot.sandbox.windows import Opener, Windows
from bot.sandbox.words import Piece

FAULT_NOTICE = "该公众号提供的服务出现故障，请稍后再试"


class Ground:
    """Any thread may use it; `lock` guards the state and is never held over HTTP."""

    def __init__(
        self,
        accounts: Iterable[Account],
        now: Callable[[], datetime],
        webhook_url: Callable[[Account], str],
        path: Path | None = None,
        pace: Pace | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`now` is the application's clock, `wall` real seconds for what lives in real time."""
        self.accounts = {account.name: account for account in accounts}
        check_accounts(self.accounts.values())
        self.now, self.wall, self.pace = now, wall, pace or Pace()
        self.lock = threading.RLock()
        self.changes = Changes()
        #: Where the API can be reached; pictures are addressed by it.
        self.address = "http://127.0.0.1:8000"
        self.push_twice = False
        self._remember(Store(path))
        self.faults, self.quotas, self.logins = Faults(), Quotas(), Logins()
        self.log = Log(self.changes)
        self.courier = Courier(webhook_url, now, self.pace)
        self.afterwards = Afterwards(self.carry, self.pace.event_delay)
        self._last_number = 0

    def _remember(self, store: Store) -> None:
        self._store = store
        self.phones = Phones(store, self.changes)
        self.windows, self.permits, self.menus = Windows(store), Permits(store), Menus(store)
        self.codes, self.media, self.receipts = QrCodes(store), Media(store), Receipts(store)
        self.tokens = Tokens(store, self.wall)

    def settle(self, seconds: float = 30.0) -> bool:
        """Carry at once what would be pushed a little later; False if it took too long."""
        return self.afterwards.settle(seconds)

    def close(self) -> None:
        self.afterwards.close()
        self._store.close()

    def fault(self, kind: str | int, times: int = 1, channel: Channel | None = None, openid: str | None = None) -> None:
        """The next `times` sends (of that channel, to that person) go wrong so; ValueError if unknown."""
        with self.lock:
            self.faults.add(Fault(str(kind), times, channel, openid))
            self.changes.bump()

    def clear_faults(self) -> None:
        with self.lock:
            self.faults.clear()
            self.push_twice = False
            self.changes.bump()

    def void_tokens(self, account: str) -> None:
        """Make every token of the account invalid, as if somebody else had refreshed it."""
        with self.lock:
            self.tokens.kill_all(account)

    # For verbs and doors, which hold the lock.

    def number(self) -> int:
        """A message's number, never given twice."""
        self._last_number = max(self._last_number + 1, int(self.wall() * 1_000_000))
        return self._last_number

    def show(self, phone: Phone, kind: Kind, pieces: tuple[Piece, ...], raw: str, media_id: str = "") -> None:
        """Put what the account sent into the chat."""
        self.phones.append(phone, Message(0, self.now(), "account", kind, pieces, raw, media_id))

    def push_later(self, phone: Phone, parts: dict[str, pushes.Value]) -> None:
        self.afterwards.add(self.event(phone, parts, "", noticed=False))

    def notice(self, phone: Phone, words: str) -> Message:
        """Something that the platform itself says."""
        return self.phones.append(phone, Message(0, self.now(), "account", "notice", (Piece(words),)))

    def speaker(self, openid: str) -> Phone:
        phone = self.phones.get(openid)
        if not phone.following:
            raise NotFollowing(f"{phone.name} does not follow {phone.account}")
        return phone

    def message(
        self,
        openid: str,
        kind: Kind,
        parts: dict[str, pushes.Value],
        shown: str,
        media_id: str = "",
        opener: Opener = "message",
    ) -> Push:
        """Something that a person says: it stands in the chat at once and opens a window."""
        phone, now = self.speaker(openid), self.now()
        self.windows.open(openid, opener, now)
        phone.last_said = now.timestamp()
        msg_type = "text" if kind == "sticker" else kind
        account = self.accounts[phone.account]
        xml = pushes.push_xml(account, openid, int(now.timestamp()), msg_type, parts)
        self.phones.append(phone, Message(0, now, "me", kind, (Piece(shown),), xml, media_id))
        self.phones.keep(phone)
        return Push(account, openid, xml, msg_type)

    def event(self, phone: Phone, parts: dict[str, pushes.Value], shown: str, noticed: bool = True) -> Push:
        """Something that a person does, or (with nothing shown) that happens to her messages."""
        # Events have no number; the bot knows a repeated one by its content, so that two of
        # them must not bear the same second, also when the application's clock stands still.
        phone.last_event = max(phone.last_event + 1, int(self.now().timestamp()))
        account = self.accounts[phone.account]
        xml = pushes.push_xml(account, phone.openid, phone.last_event, "event", parts)
        if shown:
            self.phones.append(phone, Message(0, self.now(), "me", "event", (Piece(shown),), xml))
        self.phones.keep(phone)
        return Push(account, phone.openid, xml, str(parts["Event"]), noticed)

    # Without the lock.

    def carry(self, push: Push) -> tuple[Message, ...]:
        """Bring the push to the bot and show what it answers; a second carrying is only logged."""
        tried = self.courier.carry(push)
        again = self.courier.carry(push) if self.push_twice else []
        with self.lock:
            for attempt, carried in enumerate([*tried, *again], 1):
                self._write_down(push, carried, attempt)
            phone = self._still_there(push)
            return self._answer(phone, push, tried[-1]) if phone else ()

    def _still_there(self, push: Push) -> Phone | None:
        return next((phone for phone in self.phones if phone.openid == push.openid), None)

    def _answer(self, phone: Phone, push: Push, carried: Carried) -> tuple[Message, ...]:
        if carried.said is not None:
            said = carried.said
            if not said.pieces or not phone.following:
                return ()
            answer = Message(0, self.now(), "account", said.kind, said.pieces, said.raw, said.media)
            return (self.phones.append(phone, answer),)
        if carried.outcome != "ack" and push.noticed and phone.following:
            return (self.notice(phone, FAULT_NOTICE),)
        return ()

    def _write_down(self, push: Push, carried: Carried, attempt: int) -> None:
        phone = self._still_there(push)
        outcome = carried.detail if attempt == 1 else f"{carried.detail} (#{attempt})"
        self.log.add(
            Entry(
                kind="push",
                at=self.now(),
                account=push.account.name,
                who=phone.name if phone else push.openid,
                what=push.what,
                sent=push.xml,
                answered=carried.answered,
                outcome=outcome,
                good=carried.outcome in ("ack", "reply"),
                ms=carried.ms,
            )
        )
