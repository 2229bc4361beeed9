"""A sender's rows are its own for twenty seconds, and longer as long as it says so; what another took is let go."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from jobs import lease
from jobs.lease import LENGTH, Lease
from models.base import Sessions, writing
from models.claim import claim, renew
from models.notification import Notification, Owed, owe
from tests import cast
from tests.cast import at
from tests.jobs.test_delivery import Office, fake, office  # noqa: F401 - fixtures

NOW = at("11-23 08:05")

pytestmark = [pytest.mark.rule("rel.I9"), pytest.mark.rule("rulings.29")]


class Hand:
    """A clock that is turned by hand."""

    at = 100.0

    def __call__(self) -> float:
        return self.at


def claimed(sessions: Sessions, many: int = 3) -> list[Notification]:
    with writing(sessions) as session:
        people = cast.enter(session)
        owe(session, [Owed(people.school.id, "visit.offer", n, people.mother.id, NOW) for n in range(many)], NOW)
        return claim(session, NOW, datetime.now(UTC), LENGTH)


def until(sessions: Sessions) -> list[datetime | None]:
    with sessions() as session:
        return list(session.scalars(sa.select(Notification.lease_until).order_by(Notification.id)))


def taken_by_another(sessions: Sessions, row: Notification) -> None:
    with writing(sessions) as session:
        session.execute(sa.update(Notification).where(Notification.id == row.id).values(fence=row.fence + 1))


def test_only_what_is_still_held_is_renewed(sessions):
    first, second, third = claimed(sessions)
    taken_by_another(sessions, second)
    later = datetime.now(UTC) + timedelta(minutes=5)
    with writing(sessions) as session:
        assert renew(session, {row.id: row.fence for row in (first, second, third)}, later) == {first.id, third.id}
        assert renew(session, {}, later) == set()
    assert [moment == later for moment in until(sessions)] == [True, False, True]


def test_it_is_renewed_when_a_third_of_it_is_over_and_not_before(sessions):
    clock = Hand()
    held = Lease(clock)
    held.on(rows := claimed(sessions))
    first, begin_by = until(sessions), held.begin_by
    clock.at += 5
    held.keep(sessions)
    assert (until(sessions), held.begin_by) == (first, begin_by)
    taken_by_another(sessions, rows[1])
    clock.at += 2
    held.keep(sessions)
    assert [new > old for new, old in zip(until(sessions), first, strict=True)] == [True, False, True]
    assert held.begin_by == begin_by + 7
    assert [held.covers(row) for row in rows] == [True, False, True]


def test_a_letter_that_takes_longer_than_a_lease_keeps_it(office, monkeypatch):  # noqa: F811
    monkeypatch.setattr(lease, "EVERY", 0.5)
    row, seen = office.owe(), []

    def slow(handler: Any) -> None:
        seen.append(office.row(row).lease_until)
        time.sleep(1.4)
        seen.append(office.row(row).lease_until)
        handler.answer({"errcode": 0})

    office.fake.answers.append(slow)
    office.world.clients["demo"]._deadline = 5.0
    office.deliver()
    assert seen[1] - seen[0] > timedelta(seconds=0.5)
    assert office.row(row).state == "sent"


def test_what_another_sender_took_meanwhile_is_not_begun(office, monkeypatch):  # noqa: F811
    monkeypatch.setattr(lease, "EVERY", 0.2)
    office.hears()
    rows = [office.owe(slot) for slot in "ab"]

    def steal(handler: Any) -> None:
        # While the first is on its way another sender takes both.
        with writing(office.sessions) as session:
            session.execute(sa.update(Notification).values(fence=Notification.fence + 1))
        time.sleep(1.4)
        handler.answer({"errcode": 0})

    office.fake.answers.append(steal)
    office.world.clients["demo"]._deadline = 5.0
    office.deliver()
    assert len(office.fake.sent()) == 1
    assert [office.row(row).state for row in rows] == ["sending", "sending"]  # the other one's to say
