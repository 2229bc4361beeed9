"""The beat: it wakes, it does what nobody does, and it comes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import health
from bot.config import Account, Config
from bot.nudge import Nudge
from bot.wechat.client import WeChat
from jobs import beat, timetable
from jobs.beat import Beat
from jobs.coming import MESSAGE, Coming
from jobs.context import World
from jobs.upkeep import Upkeep
from models.base import Sessions, make_engine, writing
from models.base import sessions as make_sessions
from models.identity import SAID, Identity
from models.notification import Owed, owe
from models.periodic import Heartbeat
from models.tables import METADATA
from tests import cast
from tests.cast import at
from tests.fake_wechat import FakeWeChat


class TurnedClock:
    def __init__(self) -> None:
        self.at = at("11-23 09:00")

    def now(self) -> datetime:
        return self.at


class Woken:
    """Workers who hear every call, and never come."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def plan(self) -> bool:
        self.calls.append("plan")
        return True

    def deliver(self) -> bool:
        self.calls.append("deliver")
        return True


class House:
    """A school whose clock the test turns, its platform, and who is woken."""

    def __init__(self, sessions: Sessions, fake: FakeWeChat, folder: Path) -> None:
        account = Account(name="demo", appid="wxsandbox01", secret="s" * 16, token="t" * 16, api_base=fake.url)
        config = Config(folder / "c.toml", folder, folder, wechat={"demo": account})
        self.sessions, self.fake, self.clock, self.woken = sessions, fake, TurnedClock(), Woken()
        self.world = World(config, sessions, self.clock, {"demo": WeChat(account, None, deadline=1.0)})

    def fill(self) -> None:
        with writing(self.sessions) as session:
            people = cast.enter(session)
            cast.without_weeks(session, people.school)
            people.chen.roles.clear()  # nobody reads of the class in the morning
            people.confirmed("11-28 15:00", "11-23 08:00")
            for person in (people.mother, people.wang):
                Identity.of_person(session, person.id, "demo").open_window(SAID, at("11-27 08:00"))

    def planned(self, moment: str) -> None:
        """A worker came at that moment."""
        self.clock.at = at(moment)
        with writing(self.sessions) as session:
            timetable.plan_all(session, self.clock.at)

    def beating(self, moment: str) -> Beat:
        """A beat that has begun, and for which all is done at that moment."""
        self.planned(moment)
        one = Beat(self.world, self.woken)
        one.strike()
        return one

    def heard(self) -> list[str]:
        calls, self.woken.calls = self.woken.calls, []
        return calls

    def texts(self) -> int:
        return len(self.fake.sent("custom/send"))


@pytest.fixture
def house(sessions: Sessions, tmp_path: Path) -> Iterator[House]:
    fake = FakeWeChat()
    house = House(sessions, fake, tmp_path)
    house.fill()
    yield house
    fake.close()


def test_a_worker_is_woken_when_something_is_due_and_only_then(house, monkeypatch):
    monkeypatch.setattr(beat, "_SHARE", 1e9)  # the timetable may be asked at every look
    one = house.beating("11-27 21:31")
    for moment in ("11-27 21:32", "11-28 07:39"):
        house.clock.at = at(moment)
        one.strike()
    assert house.heard() == []
    house.clock.at = at("11-28 07:40")  # the morning's look at whom to telephone
    one.strike()
    assert house.heard() == ["plan"]
    house.planned("11-28 07:40")
    house.clock.at = at("11-28 12:59")
    one.strike()
    assert house.heard() == []
    house.clock.at = at("11-28 13:00")
    one.strike()
    assert house.heard() == ["plan"]
    house.planned("11-28 13:00")
    one.strike()
    assert house.heard() == ["deliver"]


def test_when_it_begins_nobody_knows_what_was_missed(house):
    house.planned("11-23 09:00")
    house.clock.at = at("11-23 09:01")
    Beat(house.world, house.woken).strike()
    assert house.heard() == ["plan"]


def test_what_happens_between_two_looks_is_seen(house, monkeypatch):
    monkeypatch.setattr(beat, "_SHARE", 1e9)  # the timetable may be asked at every look
    one = house.beating("11-23 09:01")
    with writing(house.sessions) as session:
        people = cast.enter(session, "second")
        cast.without_weeks(session, people.school)
        people.confirmed("11-23 11:30", "11-23 09:02")
    house.clock.at = at("11-23 09:31")  # its reminder fell due at 9:30, before the beat looked again
    one.strike()
    assert house.heard() == ["plan"]


@pytest.mark.rule("rel.I10")
def test_without_a_queue_the_beat_reminds_by_itself(house):
    house.clock.at = at("11-28 14:00")
    alone = Beat(house.world, Nudge("redis://127.0.0.1:1/0"))
    for _ in range(3):
        alone.strike()
    assert house.texts() == 2


@pytest.mark.rule("rulings.29")
def test_when_no_worker_comes_the_beat_does_it_after_a_while(house, monkeypatch):
    monkeypatch.setattr(beat, "PATIENCE", 0.1)
    house.clock.at = at("11-28 14:00")
    one = Beat(house.world, house.woken)
    one.strike()
    assert (house.heard(), house.texts()) == (["plan"], 0)
    for _ in range(3):
        time.sleep(0.11)
        one.strike()
    assert house.texts() == 2


def test_a_beat_that_was_down_catches_up(house):
    house.planned("11-28 09:00")
    house.clock.at = at("11-28 14:40")
    late = Beat(house.world, Nudge("redis://127.0.0.1:1/0"))
    late.strike()
    late.strike()
    assert house.texts() == 2


@pytest.mark.rule("rulings.26")
def test_a_clock_that_is_turned_back_does_not_repeat_anything(house):
    house.clock.at = at("11-28 14:00")
    assert beat.run_due(house.world) > 0
    house.clock.at = at("11-28 12:00")
    assert beat.run_due(house.world) == 0
    house.clock.at = at("11-28 14:00")
    assert beat.run_due(house.world) == 0
    assert house.texts() == 2


def test_a_clock_that_was_turned_back_is_planned_by_again(house):
    one = house.beating("12-24 09:00")
    house.heard()
    house.clock.at = at("11-28 12:59")
    one.strike()
    assert house.heard() == ["plan"]


@pytest.mark.rule("rulings.27")
def test_the_next_thing_is_a_moment_of_the_timetable_or_a_message_that_waits(house):
    coming = Coming(house.sessions)
    assert coming.next(house.clock.at) == (at("11-27 07:40"), "calls")
    with writing(house.sessions) as session:
        people = cast.enter(session, "second")
        owe(session, [Owed(people.school.id, "survey.ask", 1, people.mother.id, at("11-24 07:30"))], at("11-23 22:00"))
    assert coming.next(house.clock.at) == (at("11-24 07:30"), MESSAGE)


def test_an_hour_is_done_when_it_is_planned_and_what_it_owes_is_sent(house):
    coming, hour = Coming(house.sessions), at("11-27 18:00")
    house.clock.at = hour
    assert not coming.is_done(hour)
    with writing(house.sessions) as session:
        timetable.plan_all(session, hour)
    assert not coming.is_done(hour)
    beat.run_due(house.world)
    assert coming.is_done(hour)


def test_a_beat_waits_for_a_database_that_is_away(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(beat, "EVERY", 0.01)
    sessions = make_sessions(make_engine(f"sqlite:///{tmp_path / 'away.db'}"))
    world = World(Config(tmp_path / "c.toml", tmp_path, tmp_path), sessions, TurnedClock(), {})
    stop = threading.Event()
    thread = threading.Thread(target=Beat(world, Woken()).go, args=(stop,))
    thread.start()
    time.sleep(0.1)
    METADATA.create_all(sessions.kw["bind"])
    end = time.monotonic() + 5
    while not _heard(sessions) and time.monotonic() < end:
        time.sleep(0.02)
    assert _heard(sessions)
    assert health.state(sessions, None, datetime.now(UTC))["beat"]["heard"]
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert [record.name for record in caplog.records].count("jiafang.beat") == 1


def _heard(sessions: Sessions) -> list[str]:
    with sessions() as session:
        return list(session.scalars(sa.select(Heartbeat.name)))


def test_signs_of_processes_long_gone_are_forgotten(sessions):
    with writing(sessions) as session:
        session.add(Heartbeat(name="beat elsewhere 1", at=datetime.now(UTC) - timedelta(days=2)))
    Upkeep(sessions, "beat here 2").keep()
    assert _heard(sessions) == ["beat here 2"]


def test_the_beat_takes_the_log_into_the_database(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'log.db'}")
    METADATA.create_all(engine)
    assert (tmp_path / "log.db-wal").stat().st_size > 0
    Upkeep(make_sessions(engine), "beat").checkpoint("TRUNCATE")
    assert (tmp_path / "log.db-wal").stat().st_size == 0
    engine.dispose()


def test_a_beat_that_has_ended_is_not_believed_to_beat(sessions: Sessions) -> None:
    upkeep = Upkeep(sessions, "beat here 1")
    upkeep.keep()
    upkeep.end()
    assert not health.state(sessions, None, datetime.now(UTC))["beat"]["heard"]
