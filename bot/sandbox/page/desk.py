"""What the chat page works with; whoever starts it hands it in."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.sandbox.people import PersonCard
from bot.sandbox.platform import Platform

MORNING = (7, 30)
#: What will happen next, by the name of whose hour it is.
THINGS = {
    "offers": "家长还没回复，看要不要再问",
    "calls": "早上的电话清单",
    "company": "同行的老师还没回复",
    "presence": "看老师到了没有、进行了没有",
    "cries": "求助还没有人看，转给下一位",
    "reminders": "家访前的提醒",
    "records": "催交家访记录",
    "homeroom": "班主任的早报",
    "coverage": "每周一次：还差谁没家访",
    "surveys": "请家长评价",
    "followups": "家访后的回访",
    "action items": "老师记下要办的事",
    "forgetting": "清理过期的内容",
    "message": "一条等到点才发的消息",
}
_OTHER = "到点要做的事"
#: Things that one turn of the clock may pass.
_MOST = 300


class Coming(Protocol):
    """What the school's hours will bring (jobs.coming)."""

    def next(self, now: datetime) -> tuple[datetime, str] | None:
        """When something happens by itself, later than now, and whose hour it is."""

    def is_done(self, until: datetime) -> bool:
        """Whether all that was due by then has been done."""


@dataclass(frozen=True)
class Desk:
    """The platform, the roster and the clock of one school."""

    platform: Platform
    school: str
    people: Callable[[], list[PersonCard]]
    new_code: Callable[[int], str]
    turn_clock: Callable[[datetime], None]
    coming: Coming
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    #: Real seconds that the clock waits for what is due to be done, before it goes on.
    patience: float = 8.0
    #: Tells pages that were open before a restart to begin anew.
    run: str = field(default_factory=lambda: token_hex(4))
    _turning: threading.Lock = field(default_factory=threading.Lock)

    def card(self, person_id: int) -> PersonCard:
        for card in self.people():
            if card.id == person_id:
                return card
        raise LookupError("名册里没有这个人")

    def local(self) -> datetime:
        return self.platform.now().astimezone(self.zone)

    def next_thing(self) -> tuple[datetime, str] | None:
        """When something happens next by itself, and what, in words."""
        found = self.coming.next(self.platform.now())
        return (found[0].astimezone(self.zone), THINGS.get(found[1], _OTHER)) if found else None

    def moment(self, step: str) -> datetime:
        """Where a button of the clock leads; LookupError if there is nothing to go to."""
        now = self.local()
        if step == "next":
            if found := self.next_thing():
                return found[0]
            raise LookupError("接下来没有要发生的事")
        if step == "morning":
            morning = now.replace(hour=MORNING[0], minute=MORNING[1], second=0, microsecond=0)
            return morning if morning > now else morning + timedelta(days=1)
        return now + {"+10m": timedelta(minutes=10), "+1h": timedelta(hours=1)}[step]

    def turn(self, step: str) -> None:
        """Go there from one thing to the next, so that each happens at its own hour and none is skipped."""
        if not self._turning.acquire(blocking=False):
            raise RuntimeError("时钟正在走，请稍等")
        try:
            to = self.moment(step)
            for _ in range(_MOST):
                found = self.coming.next(self.platform.now())
                if found is None or found[0] > to:
                    break
                self._stop_at(found[0])
            if self.local() < to:
                self._set(to)
        finally:
            self._turning.release()

    def _stop_at(self, due: datetime) -> None:
        self._set(due)
        end = time.monotonic() + self.patience
        while not self.coming.is_done(due) and time.monotonic() < end:
            time.sleep(0.05)

    def _set(self, to: datetime) -> None:
        # A clock goes on by itself, never back.
        self.turn_clock(max(to.astimezone(UTC), self.platform.now()))
        self.platform.changes.bump()
