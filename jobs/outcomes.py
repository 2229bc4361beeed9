"""What becomes of a row after an attempt: sent, again later, unknown, or failed and a person told (rulings 22)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.wechat.channels import SUBSCRIPTION, TEMPLATE, Letter, Outcome
from bot.wechat.errcodes import Then
from models.hour import at
from models.identity import Identity
from models.notification import FAILED, PENDING, SAFETY, SENT, UNKNOWN, Notification
from models.permit import Permit

ATTEMPTS = 5  #: then a row that is itself the trouble is dead and a person is told
#: Seconds before the second, third … attempt; the first one is quick, for most troubles are a blink.
PAUSES = (0, 5, 20, 60, 120, 300)
#: So long a row without an end of its own outlives WeChat's being away.
OUTAGE = timedelta(hours=2)
HOLD = timedelta(minutes=10)
#: A template's mark is honoured for ten minutes; the last attempt begins a minute before.
MARK_LIFE = timedelta(minutes=9)
_MIDNIGHT = datetime.min.time()


@dataclass(frozen=True)
class End:
    """The state and the columns that go with it; `tell` when a person must know."""

    state: str
    what: dict[str, Any] = field(default_factory=dict)
    tell: bool = False


#: Given back unsent: the lease would not have lasted, or one before it to the same person did not go.
NOT_BEGUN = Outcome(Then.IGNORE, reason="not begun")


def _failed(reason: str) -> End:
    return End(FAILED, {"reason": reason, "channel": None}, tell=True)


#: The platform does not answer at all: half a minute is left to it.
NO_ANSWER = Outcome(Then.IGNORE, reason="no answer from the platform")
REST = timedelta(seconds=30)
UNREACHABLE = _failed("unreachable")
#: Its sender died in the middle: it may have gone.
LOST = End(UNKNOWN, {"reason": "sender died"})


def broken(number: str) -> Outcome:
    """A bug while sending: whether it went is not known."""
    return Outcome(Then.RETRY, unknown=True, reason=f"incident {number}")


def was_lost(row: Notification, now: datetime) -> bool:
    """Whether a sender died with this row in hand and it must not go a second time."""
    if row.channel is None or row.priority == SAFETY:
        return False
    return row.channel != TEMPLATE or _mark_is_old(row, now)


def in_doubt(row: Notification) -> bool:
    """Whether it may have gone as a template already; then it goes again as one and by no other way."""
    return row.channel == TEMPLATE and row.priority != SAFETY


def still_in_doubt(row: Notification, end: End) -> End:
    """Another attempt has come to nothing: what is known of the first one must not be forgotten."""
    if end.state != PENDING:
        return end
    return replace(end, what=end.what | {"channel": TEMPLATE, "tried_at": row.tried_at})


def after_bug(row: Notification, number: str, now: datetime) -> End:
    """The row could not even be composed; after a few attempts it is dead."""
    return _again(row, f"incident {number}", now)


def after(row: Notification, outcome: Outcome, now: datetime) -> End:
    """What the outcome of an attempt makes of the row."""
    if outcome.then is None:
        return End(SENT, {"reason": None, "receipt": outcome.receipt})
    until = _wait(outcome, now)
    if until is not None:
        return _blameless(row, until, outcome.reason)
    if outcome.unknown:
        return _after_unknown(row, outcome, now)
    if outcome.then is Then.CLOSE_WINDOW or (outcome.then is Then.SWITCH and row.channel != TEMPLATE):
        return _again(row, outcome.reason, now, pause=0)
    if outcome.then is Then.RETRY and not outcome.alarm:
        return _patiently(row, outcome, now)
    if outcome.then in (Then.RETRY, Then.TOKEN):
        return _again(row, outcome.reason, now)
    return _failed(outcome.reason)


def _wait(outcome: Outcome, now: datetime) -> datetime | None:
    """Until when the row waits for something that has nothing to do with it."""
    if outcome is NOT_BEGUN:
        return now
    if outcome is NO_ANSWER:
        return now + REST
    if outcome.then is Then.NEXT_DAY:
        return midnight(now)
    return {Then.NEXT_MINUTE: now + timedelta(minutes=1), Then.HOLD: now + HOLD}.get(outcome.then or Then.IGNORE)


def note_on_identity(session: Session, identity: Identity | None, letter: Letter, outcome: Outcome) -> None:
    """What the platform has told us of the person's windows and permits."""
    if identity is None or outcome.then is None:
        return
    if letter.channel == SUBSCRIPTION:
        _note_permit(session, identity, letter, outcome)
        return
    if not outcome.unknown:
        identity.give_back(letter.window)
    if outcome.then in (Then.CLOSE_WINDOW, Then.SWITCH):
        identity.close_windows()
    elif outcome.then is Then.UNREACHABLE:
        identity.following = False


def _note_permit(session: Session, identity: Identity, letter: Letter, outcome: Outcome) -> None:
    if outcome.then is Then.UNREACHABLE:
        identity.following = False
    elif outcome.then is Then.SWITCH:
        Permit.close(session, identity.id, letter.template)
    elif not outcome.unknown:
        Permit.give_back(session, identity.id, letter.template)


def midnight(now: datetime) -> datetime:
    """When the platform's day quotas begin anew."""
    return at(now, _MIDNIGHT, days=1)


def _after_unknown(row: Notification, outcome: Outcome, now: datetime) -> End:
    once_more = row.priority == SAFETY or (row.channel == TEMPLATE and not _mark_is_old(row, now))
    if once_more:
        end = _patiently(row, outcome, now)
        return still_in_doubt(row, end) if in_doubt(row) else end
    return End(UNKNOWN, {"reason": outcome.reason})


def _mark_is_old(row: Notification, now: datetime) -> bool:
    return row.tried_at is not None and now - row.tried_at > MARK_LIFE


def _patiently(row: Notification, outcome: Outcome, now: datetime) -> End:
    """The platform is in trouble, not this row: it is tried until it expires."""
    if row.expires_at is None and now - (row.tried_at or now) > OUTAGE:
        return _failed(outcome.reason)
    return _later(row, outcome.reason, now)


def _again(row: Notification, reason: str, now: datetime, pause: int | None = None) -> End:
    return _failed(reason) if row.attempts >= ATTEMPTS else _later(row, reason, now, pause)


def _later(row: Notification, reason: str, now: datetime, pause: int | None = None) -> End:
    seconds = PAUSES[min(row.attempts, len(PAUSES)) - 1] if pause is None else pause
    # After a long pause they should not all come back in the same second.
    due_at = now + timedelta(seconds=seconds + (row.id % 7 if seconds >= 20 else 0))
    return End(PENDING, {"due_at": due_at, "reason": reason, "channel": None})


def _blameless(row: Notification, due_at: datetime, reason: str) -> End:
    what = {"due_at": due_at, "reason": reason, "channel": None, "attempts": row.attempts - 1, "tried_at": None}
    return End(PENDING, what)


def closed(row: Notification, until: datetime, channel: str) -> End:
    """The platform takes no more of these today."""
    return _blameless(row, until, f"{channel} closed")
