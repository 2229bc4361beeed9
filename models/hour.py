"""The school's hours: its time zone, polite minutes, evenings."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.policy import Policy

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(moment: datetime, zone: ZoneInfo = SHANGHAI) -> datetime:
    """The moment on the school's wall clock; a naive one is refused."""
    if moment.tzinfo is None:
        raise ValueError("a naive time has no place on the wall clock")
    return moment.astimezone(zone)


def at(day: datetime, clock: time, zone: ZoneInfo = SHANGHAI, days: int = 0) -> datetime:
    """That hour of the school's day on which `day` lies, moved by `days`."""
    date = local(day, zone).date() + timedelta(days=days)
    return datetime.combine(date, clock, zone).astimezone(UTC)


def polite(moment: datetime, policy: Policy, zone: ZoneInfo = SHANGHAI) -> datetime:
    """The moment itself, or the next polite minute (B8); the last one is polite as a whole."""
    clock = local(moment, zone).time().replace(second=0, microsecond=0)
    if clock < policy.polite_from:
        return at(moment, policy.polite_from, zone)
    if clock > policy.polite_until:
        return at(moment, policy.polite_from, zone, days=1)
    return moment
