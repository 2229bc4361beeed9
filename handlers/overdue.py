"""The list of overdue records (逾期记录), for who teaches or leads there (R1)."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from handlers import when
from handlers.pupils import full
from handlers.registry import TEACHER, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models.conversation import Tap
from models.overdue import OfChild, overdue

LINES = 12  #: visits in one message; 更多 brings the next ones


@command(TEACHER, "overdue_records")
def overdue_records(turn: Turn, words: Words) -> Say:
    """逾期记录"""
    return _page(turn, 0)


@tapped("overdue.more")
def tap_more(turn: Turn, tap: Tap) -> Say:
    if turn.staff is None:
        return Say(say("unclear.stale_tap"))
    return _page(turn, int(tap.value) if tap.value.isdecimal() else 0)


def _page(turn: Turn, begin: int) -> Say:
    found = overdue(turn.session, turn.person, turn.now)
    if not found[begin:]:
        return Say(say("overdue.none"))
    more = [turn.tap("overdue.more", say("label.more"), value=str(begin + LINES))]
    return Say(
        "\n".join([say("overdue.head", n=len(found)), *lines(found[begin : begin + LINES], turn.zone)]),
        more if found[begin + LINES :] else [],
    )


def lines(found: Sequence[OfChild], zone: ZoneInfo) -> list[str]:
    """Whose record, about whom, of which day."""
    return [
        say("record.overdue_line", teacher=v.teacher.name, student=full(child), day=when.day(v.starts_at, zone))
        for v, child in found
    ]
