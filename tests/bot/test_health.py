"""Whoever watches the bot is told what is wrong, and nothing about anybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis as redis_client

from bot import valkey
from bot.health import state
from models.base import Sessions, make_engine, writing
from models.base import sessions as make_sessions
from models.notification import Notification
from models.periodic import Heartbeat
from models.person import Person
from models.school import School

NOW = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)


@pytest.fixture
def beating(sessions: Sessions) -> Sessions:
    with writing(sessions) as session:
        session.add(Heartbeat(name="beat-1", at=datetime.now(UTC) - timedelta(seconds=3)))
        session.add(Heartbeat(name="worker-1", at=datetime.now(UTC) - timedelta(seconds=9)))
    return sessions


def owe(sessions: Sessions, due: datetime, state: str) -> None:
    with writing(sessions) as session:
        school = School(key="test", name="A", account="demo")
        session.add(school)
        session.flush()
        person = Person.new(school, "A")
        session.add(person)
        session.flush()
        row = Notification(school_id=school.id, kind="visit.reminder", person_id=person.id, due_at=due, state=state)
        row.facts, row.created_at = {}, NOW
        session.add(row)


def test_all_is_well(beating: Sessions, redis: redis_client.Redis) -> None:
    told = state(beating, redis, NOW)
    assert told["state"] == "up"
    assert told["beat"] == {"heard": True, "age": 3}
    assert told["outbox"] == {"overdue": 0, "oldest": None}
    assert (told["workers"], told["fetching"]) == (1, 0)


@pytest.mark.parametrize("old", ["pending", "sending"])
def test_a_message_that_waits_too_long_is_seen(beating: Sessions, redis: redis_client.Redis, old: str) -> None:
    owe(beating, NOW - timedelta(minutes=5), old)
    told = state(beating, redis, NOW)
    assert told["state"] == "degraded"
    assert told["outbox"] == {"overdue": 1, "oldest": 300}


@pytest.mark.parametrize(("due", "kind"), [(timedelta(minutes=5), "pending"), (timedelta(minutes=-5), "sent")])
def test_what_is_sent_or_not_yet_due_is_not_late(
    beating: Sessions, redis: redis_client.Redis, due: timedelta, kind: str
) -> None:
    owe(beating, NOW + due, kind)
    assert state(beating, redis, NOW)["state"] == "up"


def test_a_beat_that_fell_silent_is_seen(sessions: Sessions, redis: redis_client.Redis) -> None:
    with writing(sessions) as session:
        session.add(Heartbeat(name="beat-1", at=datetime.now(UTC) - timedelta(minutes=2)))
        session.add(Heartbeat(name="worker-1", at=datetime.now(UTC)))
    told = state(sessions, redis, NOW)
    assert (told["state"], told["beat"]) == ("degraded", {"heard": False, "age": 120})


def test_without_a_worker_it_goes_on(beating: Sessions, redis: redis_client.Redis) -> None:
    with writing(beating) as session:
        session.get_one(Heartbeat, "worker-1").at -= timedelta(minutes=2)
    told = state(beating, redis, NOW)
    assert (told["state"], told["workers"]) == ("degraded", 0)


def test_without_the_queue_it_goes_on(beating: Sessions, tmp_path: Path) -> None:
    told = state(beating, valkey.connect(f"unix://{tmp_path}/nobody"), NOW)
    assert (told["state"], told["redis"]) == ("degraded", "no answer (ConnectionError)")


def test_without_the_database_it_is_down_and_says_no_secret(tmp_path: Path) -> None:
    told = state(make_sessions(make_engine(f"sqlite:///{tmp_path}/no/where.db")), None, NOW)
    assert told == {"state": "down", "redis": "none", "database": "no answer (OperationalError)"}
