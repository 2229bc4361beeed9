"""A school of three children and two teachers in one process: the real webhook, planners and sender, and a WeChat of our own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import redis
import sqlalchemy as sa
from flask import Flask

from bot import process
from bot.app import create_app
from bot.config import SANDBOX_FILE, load
from bot.sandbox.courier import Carried, Courier, Pace, Push
from bot.sandbox.phones import Message
from bot.sandbox.platform import Platform
from bot.sandbox.serving import Served
from bot.sandbox.words import Item
from bot.wechat.client import WeChat
from jobs import context, timetable
from jobs.context import World
from jobs.delivery import Delivery
from models import failpoint
from models.base import reading, sessions, writing
from models.notification import PENDING, SENDING, Notification
from models.person import Person
from models.tables import METADATA
from tests import cast
from tests.conftest import WIPES

#: WeChat comes again at once: what goes wrong here is over by then.
PACE = Pace(deadline=20.0, attempts=3, pause=0.0, hang=0.0, event_delay=0.0)
ONCE, TWICE, AT_ONCE = "once", "twice", "at once"


class Hamlet:
    """What is kept between the histories: the roster, the application, the queue."""

    def __init__(self, folder: Path, engine: sa.Engine, redis_url: str) -> None:
        self.engine, self.points = engine, folder / "points"
        self.points.mkdir()
        text = SANDBOX_FILE.read_text("utf-8").replace('menus = "links"', 'menus = "links"\npace = 1000')
        url = engine.url.render_as_string(hide_password=False)
        database = f'\n[database]\nurl = "{url}"\n[redis]\nurl = "{redis_url}"\n'
        (folder / "config.toml").write_text(f'data = "."\n{text}{database}', "utf-8")
        (folder / "master.key").write_text("5a" * 32 + "\n")
        (folder / "master.key").chmod(0o600)
        self.config = process.begin(load(folder / "config.toml"), "model")
        self.redis = redis.Redis.from_url(redis_url)
        self.sessions = sessions(engine)
        self.people = self._enter()
        self._roster = self._rows()
        self.world = context.build(self.config)
        self.app = create_app(self.config, self.sessions, self.world.clock)

    def _enter(self) -> dict[str, int]:
        """Everybody by name, and the person's or child's id."""
        with writing(self.sessions, 30) as session:
            found = cast.enter(session, "demo")
            cast.without_weeks(session, found.school)
            ya = cast.sibling(found, "20230209", "张小雅", found.mother)
            li = cast.pupil(session, found.school_class, "20230208", "李雷")
            cast.guardian(session, li, "妈妈", 0)
            self.children = {child.name: child.id for child in (found.ming, ya, li)}
            return {person.name: person.id for person in session.scalars(sa.select(Person))}

    def _rows(self) -> list[tuple[sa.Table, list[dict[str, object]]]]:
        with reading(self.sessions) as session:
            kept = [(t, [dict(r) for r in session.execute(sa.select(t)).mappings()]) for t in METADATA.sorted_tables]
        return [(table, rows) for table, rows in kept if rows]

    def close(self) -> None:
        self.world.sessions.kw["bind"].dispose()
        self.redis.close()

    @contextmanager
    def day(self, at: datetime) -> Iterator[Day]:
        """One history, from the roster on."""
        WIPES[self.engine.dialect.name](self.engine)
        with writing(self.sessions, 30) as session:
            for table, rows in self._roster:
                session.execute(sa.insert(table), rows)
        self.redis.flushdb()
        failpoint.arm(str(self.points))
        day = Day(self, at)
        try:
            yield day
        finally:
            failpoint.arm(None)
            day.close()


class Door(Courier):
    """Brings pushes to the webhook within this process; some come twice, or twice at the same moment."""

    def __init__(self, app: Flask, now: Callable[[], datetime]) -> None:
        super().__init__(lambda account: f"/wechat/{account.name}", now, PACE)
        self._app, self.how = app, ONCE

    def carry(self, push: Push) -> list[Carried]:
        again: list[Carried] = []
        other = threading.Thread(target=lambda: again.extend(super(Door, self).carry(push)))
        if self.how == AT_ONCE:
            other.start()
        tried = super().carry(push)
        if self.how == TWICE:
            other.start()
        if self.how in (TWICE, AT_ONCE):
            other.join()
            assert again[-1].answered == tried[-1].answered, "the same push was answered differently"
        return tried

    def _send(self, method: str, account: object, query: dict[str, str], body: bytes | None) -> SimpleNamespace:
        address = self._webhook_url(account)
        answer = self._app.test_client().open(address, method=method, query_string=query, data=body)
        return SimpleNamespace(status=answer.status_code, data=answer.data)


class Day:
    """Phones, a clock and an outbox of one history."""

    def __init__(self, hamlet: Hamlet, at: datetime) -> None:
        self.hamlet, world = hamlet, hamlet.world
        self.clock, self.sessions = world.clock, hamlet.sessions
        self.hold(at)
        self.platform = Platform(hamlet.config.wechat.values(), world.clock.now, lambda a: a.name, pace=PACE)
        self.door = self.platform.courier = Door(hamlet.app, world.clock.now)
        self.api = Served(self.platform.api(), poll=0.001)
        config = hamlet.config.listening(0, int(self.api.url.rsplit(":", 1)[1]))
        clients = {name: WeChat(account, world.store) for name, account in config.wechat.items()}
        self.world = World(config, self.sessions, world.clock, clients, world.store, concurrency=1)
        for name, person_id in hamlet.people.items():
            self.platform.add_phone("demo", openid(person_id), name, following=True)

    def hold(self, at: datetime) -> None:
        with writing(self.sessions, 30) as session:
            self.clock.hold(session, at)

    def now(self) -> datetime:
        return self.clock.now()

    # People

    def types(self, who: str, text: str, how: str = ONCE) -> tuple[Message, ...]:
        return self._pushed(how, lambda: self.platform.type(openid(self.hamlet.people[who]), text))

    def presses(self, who: str, item: Item, how: str = ONCE) -> tuple[Message, ...]:
        return self._pushed(how, lambda: self.platform.press(openid(self.hamlet.people[who]), item))

    def _pushed(self, how: str, say: Callable[[], tuple[Message, ...]]) -> tuple[Message, ...]:
        """Once, twice, at the same moment, or past a point at which our side breaks once."""
        if how in failpoint.POINTS:
            (self.points / how).write_text(failpoint.RAISE)
            how = ONCE
        self.door.how = how
        try:
            return say()
        finally:
            self.door.how = ONCE
            self.disarm()

    def heard(self, who: str) -> list[Message]:
        return [m for m in self.platform.messages(openid(self.hamlet.people[who])) if m.sender == "account"]

    # The clock's work

    def plan(self) -> None:
        with writing(self.sessions, 30) as session:
            timetable.plan_all(session, self.now())

    def deliver(self) -> None:
        Delivery(self.world).deliver()
        self.platform.settle()

    def deliver_and_fall(self, point: str) -> None:
        """A sender that ends there; its leases run out."""
        (self.points / point).write_text(failpoint.RAISE)
        with contextlib.suppress(failpoint.Broken):
            self.deliver()
        self.disarm()
        with writing(self.sessions, 30) as session:
            held = sa.update(Notification).where(Notification.state == SENDING)
            session.execute(held.values(lease_until=datetime(2020, 1, 1, tzinfo=UTC)))

    def next_at(self) -> datetime | None:
        """When something falls due by itself: to be planned, or to be sent."""
        with reading(self.sessions) as session:
            pending = sa.select(sa.func.min(Notification.due_at)).where(Notification.state == PENDING)
            moments = timetable.next_at(session, self.now()), session.scalar(pending)
        return min((m for m in moments if m is not None and m > self.now()), default=None)

    @property
    def points(self) -> Path:
        return self.hamlet.points

    def disarm(self) -> None:
        for file in self.points.iterdir():
            file.unlink()

    def close(self) -> None:
        self.platform.close()
        self.api.close()


def openid(person_id: int) -> str:
    return f"openid-of-{person_id}"


def both(do: Callable[[], object]) -> None:
    """Two processes come at the same moment."""
    other = threading.Thread(target=do)
    other.start()
    do()
    other.join()
