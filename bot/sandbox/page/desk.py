"""What the chat page works with; whoever starts it hands it in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from zoneinfo import ZoneInfo

from bot.sandbox.people import PersonCard
from bot.sandbox.platform import Platform

MORNING = (7, 30)


@dataclass(frozen=True)
class Desk:
    """The platform, the roster and the clock of one school."""

    platform: Platform
    school: str
    people: Callable[[], list[PersonCard]]
    new_code: Callable[[int], str]
    turn_clock: Callable[[datetime], None]
    #: When something will be due next, or None if nothing is known to come.
    next_thing: Callable[[], datetime | None]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    #: Tells pages that were open before a restart to begin anew.
    run: str = field(default_factory=lambda: token_hex(4))

    def card(self, person_id: int) -> PersonCard:
        for card in self.people():
            if card.id == person_id:
                return card
        raise LookupError("名册里没有这个人")

    def local(self) -> datetime:
        return self.platform.now().astimezone(self.zone)

    def moment(self, step: str) -> datetime:
        """Where a button of the clock leads; LookupError if there is nothing to go to."""
        now = self.local()
        if step == "next":
            return self._next(now)
        if step == "morning":
            morning = now.replace(hour=MORNING[0], minute=MORNING[1], second=0, microsecond=0)
            return morning if morning > now else morning + timedelta(days=1)
        return now + {"+10m": timedelta(minutes=10), "+1h": timedelta(hours=1)}[step]

    def _next(self, now: datetime) -> datetime:
        due = self.next_thing()
        if due is None:
            raise LookupError("接下来没有要发生的事")
        # A clock goes on; what is due this very moment will happen by itself.
        return max(due.astimezone(self.zone), now)
