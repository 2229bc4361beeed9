"""What the tests themselves stand on: both databases and a real queue, clean for every test."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import redis as redis_client
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Sessions, writing
from models.school import School


@pytest.mark.parametrize("time", [1, 2])
def test_every_test_begins_with_an_empty_database(sessions: Sessions, time: int) -> None:
    with writing(sessions) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(School)) == 0
        session.add(School(key="test", name="A", account="demo"))


def test_a_naive_time_is_refused_by_both_databases(session: Session) -> None:
    from models.periodic import Heartbeat

    session.add(Heartbeat(name="beat", at=datetime(2026, 11, 23)))
    with pytest.raises(sa.exc.StatementError, match="naive"):
        session.flush()


def test_times_come_back_aware_in_utc(session: Session) -> None:
    from models.periodic import Heartbeat

    session.add(Heartbeat(name="beat", at=datetime(2026, 11, 23, 8, tzinfo=UTC)))
    session.flush()
    session.expire_all()
    assert session.get_one(Heartbeat, "beat").at == datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize("time", [1, 2])
def test_every_test_begins_with_an_empty_queue(redis: redis_client.Redis, time: int) -> None:
    assert redis.set("here", "1", nx=True)
