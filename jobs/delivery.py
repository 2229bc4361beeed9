"""Empties the outbox (发件箱): claim, look again, speak, write down what came of it (rel.I7-I9)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, groupby
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot import incident
from bot.wechat import channels
from bot.wechat.channels import Letter, Outcome
from bot.wechat.client import DEADLINE
from jobs import outcomes
from jobs.context import World
from jobs.pace import Breaker, Pace, Pauses
from jobs.recipients import Recipients
from models import failpoint
from models.base import writing
from models.claim import claim
from models.identity import Identity
from models.notification import DROPPED, PENDING, SAFETY, UNKNOWN, Notification, settle
from models.sending import NEVER, STOPPED
from models.unsure import doubt
from models.writing import Busy

log = logging.getLogger("jiafang.delivery")

LEASE = timedelta(seconds=20)
#: Rows of one round: few enough that the webhook never waits long for its turn to write.
ROUND = 48
_PATIENCE, _TRIES = 5.0, 2
#: A letter that could not be begun within these seconds would outlive the lease.
_BEGIN_WITHIN = LEASE.total_seconds() - DEADLINE - 1.0


@dataclass(frozen=True)
class _Sending:
    """A claimed row and its letter; `latest` is when sending may last begin, of `time.monotonic`."""

    row: Notification
    letter: Letter
    latest: float


#: Sent, or being sent: whoever reads it waits for what is not there yet.
Results = Iterable[tuple[_Sending, Outcome]]
_NOTHING: Results = ()


class Announcing(Protocol):
    """Says what a row says now, and owes the telephone call where nobody is reached."""

    @property
    def compose(self) -> Callable[[Session, Notification, Identity | None, datetime], Any]: ...
    @property
    def read_ahead(self) -> Callable[[Session, Sequence[Notification]], object]: ...
    @property
    def unreachable(self) -> Callable[[Session, Notification, datetime], None]: ...


class Delivery:
    """The sender. Any number of them may run; of two, one gets a row."""

    def __init__(self, world: World, announcing: Announcing | None = None, concurrency: int | None = None) -> None:
        self._world, self._concurrency = world, concurrency or world.concurrency
        self._announce = announcing or _announcing()
        self._paces = {name: Pace(account.pace) for name, account in world.config.wechat.items()}
        self._breakers = {name: Breaker() for name in world.config.wechat}
        self._pauses = Pauses(world.store, world.config.wechat)

    def deliver(self, limit: int = 200) -> int:
        """Sends what is due, at most so many rows; returns how many it has dealt with."""
        self._pauses.look()
        done, before = 0, _NOTHING
        with self._carriers() as carry:
            while done < limit:
                taken, sendings = self._prepared(min(ROUND, limit - done))
                under_way = carry(sendings)
                # While these go out, what came of those before them is written down.
                written = self._write_down(before)
                if not taken and not written:
                    return done
                before, done = under_way, done + taken
            self._write_down(before)
        return done

    def _prepared(self, limit: int) -> tuple[int, list[_Sending]]:
        try:
            return self._prepare(limit)
        except Busy:
            return 0, []

    def _prepare(self, limit: int) -> tuple[int, list[_Sending]]:
        """Claims rows and makes their letters; the world is looked at again within the claim."""
        now = self._world.clock.now()
        with writing(self._world.sessions, _PATIENCE) as session:
            latest = time.monotonic() + _BEGIN_WITHIN
            rows = claim(session, now, datetime.now(UTC), LEASE, limit)
            if not rows:
                return 0, []
            failpoint.reach("send.claimed")
            people = Recipients.of(session, rows, now)
            known = self._announce.read_ahead(session, rows)
            letters = [(row, self._guarded(session, row, people, now)) for row in rows]
            del known  # held until here, so that a letter finds in memory what it speaks of
            failpoint.reach("send.composed")
        failpoint.reach("send.leased")
        return len(rows), [_Sending(row, letter, latest) for row, letter in letters if letter is not None]

    def _guarded(self, session: Session, row: Notification, people: Recipients, now: datetime) -> Letter | None:
        """One row's bug is that row's alone."""
        try:
            with session.begin_nested():
                return self._letter(session, row, people, now)
        except Exception as bug:  # noqa: BLE001 - a poison row must not stop its neighbours
            number = incident.record(bug, f"delivery of {row.kind}")
            self._conclude(session, row, outcomes.after_bug(row, number, now), now)
            return None

    def _letter(self, session: Session, row: Notification, people: Recipients, now: datetime) -> Letter | None:
        if row.expires_at is not None and row.expires_at < now:
            settle(session, row, DROPPED, now, reason="expired")
            return None
        if row.priority != SAFETY and people.person(row).school.sending_stopped_at is not None:
            settle(session, row, PENDING, now, due_at=NEVER, reason=STOPPED, attempts=row.attempts - 1)
            return None
        wait = people.wait_for(row)
        if wait is not None:
            settle(session, row, PENDING, now, due_at=wait, attempts=row.attempts - 1)
            return None
        if outcomes.was_lost(row, now):
            self._conclude(session, row, outcomes.LOST, now)
            return None
        return self._composed(session, row, people, now)

    def _composed(self, session: Session, row: Notification, people: Recipients, now: datetime) -> Letter | None:
        person = people.person(row)
        account = self._world.config.wechat[person.school.account]
        identity = people.identity(row)
        speech = self._announce.compose(session, row, identity, now)
        if not hasattr(speech, "text"):
            settle(session, row, DROPPED, now, reason=speech.reason[:60])
            return None
        until = {c: self._pauses.until(account.name, c, now) for c in channels.CHANNELS}
        permits = people.permits_of(identity)
        ways = channels.Ways(permits, [c for c, end in until.items() if end])
        channel = channels.choose(account, identity, speech.kind, now, ways)
        if identity is None or not channel:
            self._conclude(session, row, outcomes.UNREACHABLE, now)
            return None
        if (closed := until[channel]) is not None:
            self._conclude(session, row, outcomes.closed(row, closed, channel), now)
            return None
        window = identity.spend(now) if channel == channels.TEXT else None
        row.channel, row.tried_at = channel, row.tried_at or now
        mark = f"jf-{row.id}-{row.round}"
        letter = channels.address(account, identity.openid, channel, speech, mark)
        if channel == channels.SUBSCRIPTION:
            permits.pop(letter.template).left -= 1
        also = None
        if row.priority == SAFETY and channel == channels.TEXT and channels.template_of(account, speech.kind):
            also = channels.address(account, identity.openid, channels.TEMPLATE, speech, mark)
        return replace(letter, window=window or "", also=also)

    @contextmanager
    def _carriers(self) -> Iterator[Callable[[list[_Sending]], Results]]:
        """Sends a round's letters: side by side, but one after the other to each recipient."""
        if self._concurrency == 1:
            yield self._one_by_one
            return
        with ThreadPoolExecutor(self._concurrency, "delivery") as pool:
            yield lambda sendings: chain.from_iterable(pool.map(self._carry, _by_recipient(sendings)))

    def _one_by_one(self, sendings: list[_Sending]) -> Results:
        """Nothing runs beside: the next round is prepared when this one's outcome is known to the database."""
        self._write_down(pair for one in _by_recipient(sendings) for pair in self._carry(one))
        return _NOTHING

    def _carry(self, sendings: list[_Sending]) -> list[tuple[_Sending, Outcome]]:
        """To one recipient: when one does not go now, those behind it wait."""
        results: list[tuple[_Sending, Outcome]] = []
        for sending in sendings:
            held_up = bool(results) and results[-1][1].then is not None and sending.row.priority != SAFETY
            results.append((sending, outcomes.NOT_BEGUN if held_up else self._sent(sending)))
        return results

    def _sent(self, sending: _Sending) -> Outcome:
        letter = sending.letter
        breaker = self._breakers[letter.account]
        if breaker.open and sending.row.priority != SAFETY:
            return outcomes.NO_ANSWER
        if not self._paces[letter.account].enter(sending.latest):
            return outcomes.NOT_BEGUN
        try:
            failpoint.reach("send.begun")
            outcome = channels.carry(self._world.clients[letter.account], letter)
            failpoint.reach("send.answered")
        except Exception as bug:  # noqa: BLE001 - as above
            return outcomes.broken(incident.record(bug, f"sending by {letter.channel}"))
        breaker.note(outcome.answered)
        return outcome

    def _write_down(self, under_way: Results) -> bool:
        """Waits for what is under way and keeps what came of it; False when there was nothing."""
        results = list(under_way)
        for _ in range(_TRIES if results else 0):
            try:
                self._written(results)
            except Busy:
                continue
            return True
        if results:
            # The leases run out; what may have gone is then `unknown`, not sent twice.
            log.error("the outcome of %d messages could not be written down", len(results))
        return bool(results)

    def _written(self, results: list[tuple[_Sending, Outcome]]) -> None:
        now = self._world.clock.now()
        with writing(self._world.sessions, _PATIENCE) as session:
            refused = [sending.row for sending, outcome in results if outcome.then is not None]
            session.add_all(refused)
            people = Recipients.of(session, refused, now, looking_ahead=False)
            for sending, outcome in results:
                row, letter = sending.row, sending.letter
                self._pauses.note(letter.account, letter.channel, outcome, now)
                outcomes.note_on_identity(session, people.identity(row), letter, outcome)
                self._conclude(session, row, outcomes.after(row, outcome, now), now)
            failpoint.reach("send.settled")
        failpoint.reach("send.written")

    def _conclude(self, session: Session, row: Notification, end: outcomes.End, now: datetime) -> None:
        """Writes the end into the row unless another claim has it; a person is told of a failure."""
        if not settle(session, row, end.state, now, **end.what) or not (end.tell or end.state == UNKNOWN):
            return
        try:
            with session.begin_nested():
                (doubt if end.state == UNKNOWN else self._announce.unreachable)(session, row, now)
        except Exception as bug:  # noqa: BLE001 - as above
            incident.record(bug, f"telling that {row.kind} failed")


def _announcing() -> Announcing:
    from handlers import announce

    return announce


def _by_recipient(sendings: list[_Sending]) -> list[list[_Sending]]:
    """Safety first, else in the order in which they came to be owed: a second attempt has a later hour."""
    ordered = sorted(sendings, key=lambda s: (s.letter.openid, s.row.priority != SAFETY, s.row.id))
    return [list(group) for _, group in groupby(ordered, key=lambda s: s.letter.openid)]
