"""How hours are said: 11月28日（周六）下午3:00 (rulings 3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.texts import say

PARTS = ((5, "dawn"), (12, "morning"), (13, "noon"), (18, "afternoon"), (24, "evening"))


def day(moment: datetime, zone: ZoneInfo) -> str:
    """11月28日（周六）."""
    local = moment.astimezone(zone)
    weekday = say("when.weekdays")[local.weekday()]
    return say("when.day", month=local.month, day=local.day, weekday=weekday)


def hour(moment: datetime, zone: ZoneInfo) -> str:
    """下午3:00."""
    local = moment.astimezone(zone)
    part = next(name for end, name in PARTS if local.hour < end)
    twelve = local.hour if local.hour <= 12 else local.hour - 12
    return say("when.hour", part=say(f"when.{part}"), hour=twelve, minute=f"{local.minute:02}")


def spoken(moment: datetime, zone: ZoneInfo) -> str:
    """Day and hour, always together."""
    return day(moment, zone) + hour(moment, zone)


def any_of(moments: Sequence[datetime], zone: ZoneInfo) -> str:
    """One moment, or several between which there is a choice."""
    return say("list.or").join(spoken(moment, zone) for moment in moments)


def on_template(moment: datetime, zone: ZoneInfo) -> str:
    """The platform's form for template fields: 2026年11月28日 15:00."""
    local = moment.astimezone(zone)
    return say("when.template", year=local.year, month=local.month, day=local.day, hour=f"{local:%H:%M}")
