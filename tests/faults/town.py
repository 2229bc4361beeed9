"""The whole system as real processes on a real database and queue, around an emulated WeChat that lives in the test."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import redis
import sqlalchemy as sa

from bot import ports, process, schools, valkey
from bot.config import SANDBOX_FILE, Config, load
from bot.sandbox.cast import bind_everybody, find_person, openid_of
from bot.sandbox.courier import Carried, Pace, Push
from bot.sandbox.demo import load_demo
from bot.sandbox.phones import Message
from bot.sandbox.platform import Platform
from bot.sandbox.serving import Served
from jobs import context, timetable
from jobs.glance import look
from models.base import reading, sessions, writing
from models.inbox import WAITING, Inbound
from models.notification import PENDING, SENDING, Notification
from models.photo import Photo
from models.school import School
from models.writing import Busy
from tests.faults.machines import HERE, Machine, Processes, built

BEFORE = datetime(2026, 9, 1, tzinfo=UTC)
#: WeChat's patience with pushes; what it answers late to us need not take as long as it may.
PACE = Pace(deadline=5.0, attempts=3, pause=0.5, hang=0.3, event_delay=0.05)
#: Real seconds after which every process has looked at the clock anew.
CLOCK_IS_KNOWN = 1.1
QUIET = 45.0  #: real seconds within which everything has come back by itself (rel.I10 asks for 60)


class Town:
    """One school, its processes and its people's phones."""

    #: What the test does once somebody has fallen.
    when_fallen: Callable[[], None] | None = None

    def __init__(self, folder: Path, engine: sa.Engine, hosts: tuple[str, ...] = (HERE,)) -> None:
        self.folder = folder
        self._known: tuple[object, ...] = ()
        self._due: datetime | None = None
        self._openids: dict[str, str] = {}  #: looked up once: the database may be away when somebody speaks
        self.config = _configured(folder, engine)
        with writing(sessions(engine), 60) as session:
            schools.settle(session, self.config)
            session.flush()
            self.school = session.scalars(sa.select(School)).one()
            load_demo(session, BEFORE)
            session.flush()
            bind_everybody(session, self.school, self.school.account, BEFORE)
        self.start_queue()
        self.world = context.build(self.config)
        self.hold(BEFORE)
        self.machines = built(folder, hosts, engine, self.config)
        self._turns = itertools.cycle(self.machines)
        self.platform = Platform(self.config.wechat.values(), self.world.clock.now, self._webhook, pace=PACE)
        self.api = Served(self.platform.api(), self.config.sandbox.port, 0.01)
        self.processes = Processes(folder, self.config, self.machines)
        self._phones()

    def _webhook(self, account: object) -> str:
        machine = next(m for m in self._turns if m.is_chosen())
        return f"http://{machine.host}:{self.config.web.port}/wechat/{account.name}"

    def _phones(self) -> None:
        for person in self._people():
            self.platform.add_phone(self.school.account, openid_of(self.school, person.id), person.name, following=True)

    def _people(self) -> list:
        from models.person import Person

        with reading(self.world.sessions) as session:
            return list(session.scalars(sa.select(Person).where(Person.left_at.is_(None))))

    # People

    def openid(self, name: str) -> str:
        if name not in self._openids:
            with reading(self.world.sessions) as session:
                self._openids[name] = openid_of(self.school, find_person(session, self.school, name).id)
        return self._openids[name]

    def heard(self, name: str, since: int = 0) -> list[Message]:
        """What the account said to her, from that message on."""
        return [m for m in self.platform.messages(self.openid(name)) if m.sender == "account" and m.id > since]

    # The clock

    def now(self) -> datetime:
        return self.world.clock.now()

    def hold(self, at: datetime) -> None:
        while not self._held(at):
            time.sleep(0.1)

    def _held(self, at: datetime) -> bool:
        """Whether it could be written down: a database that is away is away for us, too."""
        try:
            with writing(self.world.sessions, 30) as session:
                self.world.clock.hold(session, at)
        except Busy:
            return False
        return True

    def turn(self, to: datetime) -> None:
        """Moves the clock there and waits until all that falls due has happened."""
        self.hold(to)
        time.sleep(CLOCK_IS_KNOWN)
        self.rest()

    def rest(self, seconds: float = QUIET) -> None:
        """Waits until nothing is left to do; a second attempt's hour is brought about."""
        end, seen = time.monotonic() + seconds, 0
        while seen < 2:
            if self.when_fallen and any(any(m.points.glob("*.hit")) for m in self.machines):
                self.when_fallen, fallen = None, self.when_fallen
                fallen()
            assert time.monotonic() < end, f"it does not come to rest: {self._left()}"
            time.sleep(0.05)
            with contextlib.suppress(sa.exc.SQLAlchemyError, Busy):
                self.platform.settle()
                seen = 0 if self._left() else seen + 1

    def _left(self) -> str:
        """What is still to be done."""
        glance, now = look(self.world.sessions), self.now()
        with reading(self.world.sessions) as session:
            if session.scalar(sa.select(sa.func.count()).where(Notification.state == SENDING)):
                return "messages are being sent"
            if session.scalar(sa.select(sa.func.count()).where(Inbound.state == WAITING)):
                return "a voice message waits"
            if session.scalar(sa.select(sa.func.count()).where(Photo.medium_sealed.is_not(None))):
                return "a photo waits"
            if glance.planned_at is None:
                return "nothing was planned yet"
            if glance.send_at is not None and glance.send_at <= now:
                return "messages are due"
            if (glance.marks, glance.planned_at) != self._known:
                # Only when something has happened, as the beat asks: it costs a hundred times as much as the rest.
                self._due = timetable.next_at(session, glance.planned_at)
                self._known = glance.marks, glance.planned_at
            again = session.scalar(
                sa.select(sa.func.min(Notification.due_at)).where(
                    Notification.state == PENDING, Notification.attempts > 0
                )
            )
        if self._due is not None and self._due <= now:
            return "something is to be planned"
        if again is not None:
            self.hold(again)
            return "a second attempt waits"
        return ""

    # What goes wrong

    def arm(self, point: str, mode: str) -> None:
        """The next process of each machine that comes to the point falls."""
        for machine in self.machines:
            (machine.points / point).write_text(mode)

    def fell(self, point: str) -> Machine | None:
        """Where somebody has fallen at the point."""
        return next((m for m in self.machines if (m.points / f"{point}.hit").exists()), None)

    def disarm(self) -> None:
        for file in (file for machine in self.machines for file in machine.points.iterdir()):
            file.unlink(missing_ok=True)

    def start_queue(self) -> None:
        """A Redis that knows nothing of what was before."""
        folder = valkey.folder_of(self.config)
        valkey.make_room(folder)
        self._queue = subprocess.Popen(valkey.command(folder), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        valkey.wait(valkey.address(self.config))
        self.redis = redis.Redis.from_url(valkey.address(self.config))

    def stop_queue(self) -> None:
        self.redis.close()
        self._queue.kill()
        self._queue.wait()

    def expire_leases(self) -> None:
        """The dead hold nothing any more: what a test need not wait for is the real seconds of a lease."""
        with writing(self.world.sessions, 30) as session:
            now = datetime.now(UTC)
            # Whoever writes one down at this moment is not dead, and would be waited for.
            held = sa.select(Notification.id).where(Notification.state == SENDING).with_for_update(skip_locked=True)
            mine = Notification.id.in_(session.scalars(held).all())
            session.execute(sa.update(Notification).where(mine).values(lease_until=now))
            session.execute(sa.update(Inbound).where(Inbound.state == WAITING).values(lease_until=now))
            session.execute(sa.update(Photo).where(Photo.medium_sealed.is_not(None)).values(lease_until=now))
        with contextlib.suppress(redis.RedisError):
            self.redis.delete(
                *self.redis.keys("jiafang:token:*:lock"), *self.redis.keys("jiafang:token:*:refreshed"), "-"
            )

    def close(self) -> None:
        self.processes.close()
        self.platform.close()
        self.api.close()
        for cable in (cable for machine in self.machines for cable in machine.cables):
            cable.close()
        self.stop_queue()
        self.world.sessions.kw["bind"].dispose()


@contextmanager
def pushed_at_once(town: Town, times: int) -> Iterator[None]:
    """Every push comes so many times at the same moment; of several machines each gets its share of them."""
    courier = town.platform.courier
    carry = courier.carry

    def again_and_again(push: Push) -> list[Carried]:
        others = [threading.Thread(target=carry, args=(push,)) for _ in range(times - 1)]
        for other in others:
            other.start()
        tried = carry(push)
        for other in others:
            other.join()
        return tried

    courier.carry = again_and_again
    try:
        yield
    finally:
        del courier.carry


def _configured(folder: Path, engine: sa.Engine) -> Config:
    web = ports.next_free("127.0.0.1", 18000 + os.getpid() % 20000)
    platform = ports.next_free("127.0.0.1", web + 1)
    text = SANDBOX_FILE.read_text("utf-8").replace("port = 8001", f"port = {web}")
    text = text.replace("port = 8000", f"port = {platform}")
    url = engine.url.render_as_string(hide_password=False)
    (folder / "config.toml").write_text(f'data = "."\n{text}\n[database]\nurl = "{url}"\n', "utf-8")
    (folder / "master.key").write_text("5a" * 32 + "\n")
    (folder / "master.key").chmod(0o600)
    return process.begin(load(folder / "config.toml"), "fault")
