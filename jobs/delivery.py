"""Empties the outbox (发件箱): claim, look again, speak, write down what came of it (rel.I7-I9)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot import incident
from bot.wechat import channels
from bot.wechat.channels import Letter, Outcome
from jobs import outcomes
from jobs.carriers import Carriers, Results, Sending, Underway, by_recipient
from jobs.context import World
from jobs.lease import LENGTH, Lease
from jobs.pace import Breaker, Pace, Pauses
from jobs.recipients import Recipients
from models import failpoint
from models.base import writing
from models.claim import claim
from models.identity import Identity
from models.notification import DROPPED, PENDING, SAFETY, UNKNOWN, Notification, hand_over, settle, settle_sent
from models.sending import NEVER, STOPPED
from models.unsure import doubt
from models.writing import Busy

log = logging.getLogger("jiafang.delivery")

#: Rows of one round: few enough that the webhook never waits long for its turn to write, and never more than
#: go in a second, since what is said is looked at once, when its round is prepared.
ROUND = 96
_PATIENCE, _AGAIN, _SILENCE = 5.0, 0.5, 3.0  #: seconds for the database, until it is asked again, of saying nothing


class _Poisoned(Exception):
    """One of a round cannot be put into words; which one is not known yet."""


_Letters = list[tuple[Notification, Letter]]
_Make = Callable[[Session, list[Notification], Recipients, datetime], _Letters]


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
        self._round = min(ROUND, max(8, sum(account.pace for account in world.config.wechat.values())))
        self._breakers = {name: Breaker() for name in world.config.wechat}
        self._pauses = Pauses(world.store, world.config.wechat)

    def deliver(self, limit: int = 200) -> int:
        """Sends what is due, at most so many rows; returns how many it has dealt with."""
        self._pauses.look()
        done, before, beside, began = 0, None, False, 0.0
        with self._carriers() as hand:
            while done < limit:
                if before is not None and not beside:
                    # The next is prepared beside it only where that takes no longer than the platform's answers do:
                    # else both would take the interpreter from each other, which costs more than it gains.
                    beside = self._carried(before) > before.handed - began
                began = time.monotonic()
                taken, sendings = self._prepared(min(self._round, limit - done))
                under_way = hand(sendings)
                # While these go out, what came of those before them is written down.
                self._finish(before, under_way)
                if not taken and before is None:
                    return done
                before, done = under_way, done + taken
            self._finish(before)
        return done

    def _prepared(self, limit: int) -> tuple[int, list[Sending]]:
        try:
            return self._prepare(limit, self._together)
        except Busy:
            return 0, []
        except _Poisoned:
            log.warning("a message cannot be made: each of its round is made by itself")
        try:
            return self._prepare(limit, self._each_by_itself)
        except Busy:
            return 0, []

    def _prepare(self, limit: int, make: _Make) -> tuple[int, list[Sending]]:
        """Claims rows and makes their letters; the world is looked at again within the claim."""
        now = self._world.clock.now()
        with writing(self._world.sessions, _PATIENCE, _SILENCE) as session:
            lease = Lease()
            rows = claim(session, now, datetime.now(UTC), LENGTH, limit)
            if not rows:
                return 0, []
            lease.on(rows)
            failpoint.reach("send.claimed")
            people = Recipients.of(session, rows, now)
            known = self._announce.read_ahead(session, rows)
            letters = make(session, rows, people, now)
            sendings = [Sending(row, letter, lease, outcomes.in_doubt(row)) for row, letter in letters]
            del known  # held until here, so that a letter finds in memory what it speaks of
            hand_over(session, [(sending.row, sending.letter.channel) for sending in sendings], now)
            failpoint.reach("send.composed")
        failpoint.reach("send.leased")
        return len(rows), sendings

    def _together(self, session: Session, rows: list[Notification], people: Recipients, now: datetime) -> _Letters:
        """All of them as if nothing could go wrong; a savepoint for each would cost as much as the letters do."""
        try:
            letters = [(row, self._letter(session, row, people, now)) for row in rows]
            session.flush()
        except Exception as bug:
            raise _Poisoned from bug
        return [(row, letter) for row, letter in letters if letter is not None]

    def _each_by_itself(
        self, session: Session, rows: list[Notification], people: Recipients, now: datetime
    ) -> _Letters:
        letters = [(row, self._guarded(session, row, people, now)) for row in rows]
        return [(row, letter) for row, letter in letters if letter is not None]

    def _guarded(self, session: Session, row: Notification, people: Recipients, now: datetime) -> Letter | None:
        """One row's bug is that row's alone."""
        try:
            with session.begin_nested():
                return self._letter(session, row, people, now)
        except Exception as bug:  # noqa: BLE001 - a poison row must not stop its neighbours
            _unless_gone(bug)
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
        doubted = outcomes.in_doubt(row)
        channel = channels.TEMPLATE if doubted else channels.choose(account, identity, speech.kind, now, ways)
        if identity is None or not channel:
            self._conclude(session, row, outcomes.UNREACHABLE, now)
            return None
        if (closed := until[channel]) is not None:
            end = outcomes.closed(row, closed, channel)
            self._conclude(session, row, outcomes.still_in_doubt(row, end) if doubted else end, now)
            return None
        window = identity.spend(now) if channel == channels.TEXT else None
        mark = f"jf-{row.id}-{row.round}"
        letter = channels.address(account, identity.openid, channel, speech, mark)
        if channel == channels.SUBSCRIPTION:
            permits.pop(letter.template).left -= 1
        if window:
            letter = replace(letter, window=window)
        if row.priority == SAFETY and channel == channels.TEXT and channels.template_of(account, speech.kind):
            also = channels.address(account, identity.openid, channels.TEMPLATE, speech, mark)
            letter = replace(letter, also=also)
        return letter

    @contextmanager
    def _carriers(self) -> Iterator[Callable[[list[Sending]], Underway | None]]:
        """Sends a round's letters: side by side, but one after the other to each recipient."""
        if self._concurrency == 1:
            yield self._one_by_one
            return
        with Carriers(self._concurrency, self._carry).at_work() as carriers:
            yield lambda sendings: carriers.hand(sendings) if sendings else None

    def _one_by_one(self, sendings: list[Sending]) -> None:
        """Nothing runs beside: the next round is prepared when this one's outcome is known to the database."""
        self._write_down([pair for one in by_recipient(sendings) for pair in self._carry(one)])

    def _carry(self, sendings: Sequence[Sending]) -> Results:
        """To one recipient: when one does not go now, those behind it wait."""
        results: Results = []
        for sending in sendings:
            held_up = bool(results) and results[-1][1].then is not None and sending.row.priority != SAFETY
            results.append((sending, outcomes.NOT_BEGUN if held_up else self._sent(sending)))
        return results

    def _sent(self, sending: Sending) -> Outcome:
        letter, safety = sending.letter, sending.row.priority == SAFETY
        breaker = self._breakers[letter.account]
        if breaker.open and not safety:
            return outcomes.NO_ANSWER
        entered = self._paces[letter.account].enter(sending.lease.begin_by, at_once=safety)
        if not entered or not sending.lease.covers(sending.row):
            return outcomes.NOT_BEGUN
        try:
            failpoint.reach("send.begun")
            outcome = channels.carry(self._world.clients[letter.account], letter)
            failpoint.reach("send.answered")
        except Exception as bug:  # noqa: BLE001 - as above
            return outcomes.broken(incident.record(bug, f"sending by {letter.channel}"))
        breaker.note(outcome.answered)
        return outcome

    def _finish(self, before: Underway | None, after: Underway | None = None) -> None:
        """Waits for a round and keeps what came of it."""
        if before is not None:
            self._carried(before, after)
            self._write_down(before.results)

    def _carried(self, before: Underway, after: Underway | None = None) -> float:
        """Seconds that a round was on its way; until it arrives nobody else takes it, or the one behind it."""
        while not before.done(within=1.0):
            for underway in (before, after):
                if underway is not None:
                    underway.lease.keep(self._world.sessions)
        return before.arrived - before.handed

    def _write_down(self, results: Results) -> None:
        until = time.monotonic() + LENGTH.total_seconds()
        while results:
            with suppress(Busy):
                return self._written(results)
            if time.monotonic() > until:
                # The leases run out; what may have gone is then `unknown`, not sent twice.
                return log.error("the outcome of %d messages could not be written down", len(results))
            time.sleep(_AGAIN)
        return None

    def _written(self, results: Results) -> None:
        now = self._world.clock.now()
        with writing(self._world.sessions, _PATIENCE) as session:
            # Copies, for an attempt that fails leaves nothing in what it had at hand.
            refused = {s.row.id: session.merge(s.row, load=False) for s, o in results if o.then is not None}
            people = Recipients.of(session, list(refused.values()), now, looking_ahead=False)
            settle_sent(session, [(s.row, o.receipt) for s, o in results if o.then is None], now)
            for sending, outcome in results:
                if outcome.then is None:
                    continue
                row, letter = refused[sending.row.id], sending.letter
                self._pauses.note(letter.account, letter.channel, outcome, now)
                outcomes.note_on_identity(session, people.identity(row), letter, outcome)
                end = outcomes.after(row, outcome, now)
                self._conclude(session, row, outcomes.still_in_doubt(row, end) if sending.in_doubt else end, now)
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
            _unless_gone(bug)
            incident.record(bug, f"telling that {row.kind} failed")


def _unless_gone(bug: Exception) -> None:
    """That the database has gone is no row's fault."""
    if getattr(bug, "connection_invalidated", False):
        raise bug


def _announcing() -> Announcing:
    from handlers import announce

    return announce
