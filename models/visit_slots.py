"""The times on the table: an offer holds one to three, and each lapses on its own (rulings 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from models.errors import Refused
from models.policy import Policy

MOST = 3  #: times in one offer


class Offer(Protocol):
    """What a visit, or the columns of one, tells of its open offer."""

    kind: str
    offer_at: datetime | None
    offer_starts_at: datetime | None
    offer_more: list[str] | None


def slots_of(offer: Offer) -> list[datetime]:
    """When the visit may begin as it was offered, soonest first; none when no offer is open."""
    if offer.offer_starts_at is None:
        return []
    return [offer.offer_starts_at, *(datetime.fromisoformat(s) for s in offer.offer_more or ())]


def in_order(starts: Iterable[datetime]) -> list[datetime]:
    """The times to offer, soonest first and each once; more than three are refused."""
    found = sorted(set(starts))
    if len(found) > MOST:
        raise Refused("too_many_slots", most=MOST)
    return found


def kept(starts: Sequence[datetime]) -> list[str] | None:
    """The further times as they are written down."""
    return [s.isoformat() for s in starts[1:]] or None


def stands_until(policy: Policy, offer: Offer, start: datetime) -> datetime:
    """Until when a time can be taken: two hours before it.

    That of an urgent visit stands until it begins, and so does what was offered later than two hours before.
    """
    assert offer.offer_at
    ahead = start - timedelta(hours=policy.slot_lapse_hours)
    return start if offer.kind == "urgent" or ahead <= offer.offer_at else ahead


def offer_ends(policy: Policy, offer: Offer) -> datetime:
    """When the offer as a whole lapses: with its last time, at the latest after three days."""
    assert offer.offer_at
    last = max(stands_until(policy, offer, start) for start in slots_of(offer))
    return min(last, offer.offer_at + timedelta(hours=policy.offer_life_hours))


def still_open(policy: Policy, offer: Offer, now: datetime) -> list[datetime]:
    """The times that can still be taken."""
    return [s for s in slots_of(offer) if stands_until(policy, offer, s) > now]


def chosen(policy: Policy, offer: Offer, start: datetime | None, now: datetime) -> datetime:
    """The time that is taken of those on the table; of several one has to be named."""
    slots = slots_of(offer)
    if len(slots) > 1:
        slots = still_open(policy, offer, now)
    if start is None and len(slots) > 1:
        raise Refused("which_slot")
    found = start or (slots[0] if slots else None)
    if found is None or found not in slots:
        raise Refused("slot_gone")
    if found <= now:
        raise Refused("time_past")
    return found
