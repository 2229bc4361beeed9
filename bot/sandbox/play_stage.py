"""The stage of a play: the whole system in one process, on a fresh database, with a clock that stands still."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import redis
import sqlalchemy as sa
from flask import Flask

from bot import schools, valkey
from bot.app import create_app
from bot.config import load
from bot.nudge import Nudge, wake_key
from bot.sandbox.cast import find_person, openid_of
from bot.sandbox.courier import Pace
from bot.sandbox.platform import Platform
from bot.sandbox.play_school import BEFORE_THE_PLAY, configured, prepared
from bot.sandbox.serving import Served
from jobs import context, coverage, timetable, worker
from jobs.context import World
from jobs.menus import Menus
from models.base import reading, writing
from models.followup import FollowUp
from models.history import History
from models.inbox import WAITING, Inbound
from models.notification import PENDING, SENDING, Notification
from models.person import Person
from models.photo import Photo
from models.school import School
from models.survey import Survey

PATIENCE = Pace(deadline=4.0, attempts=3, pause=0.05, hang=0.3, event_delay=0.0)
ROUNDS = 200
QUICK = 0.01  #: seconds after which a server of the play notices that it is over
TO_BEGIN = 10.0  #: real seconds that a worker process may take to start and take up a job


class Stage:
    """Everything that a play plays in; `close` takes it down."""

    def __init__(self, school_file: Path | None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="jiafang-play-"))
        self.config = configured(self.folder)
        shutil.copyfile(prepared(school_file), self.folder / "jiafang.db")
        self._start_redis()
        self.world = context.build(self.config)
        context.enter(self.world)
        with writing(self.world.sessions) as session:
            self.world.clock.hold(session, BEFORE_THE_PLAY)
        self.platform = Platform(
            self.config.wechat.values(),
            self.world.clock.now,
            lambda a: f"{self.web.url}/wechat/{a.name}",
            pace=PATIENCE,
        )
        self.api = Served(self.platform.api(), poll=QUICK)
        self._point_at_sandbox()
        self.web = Served(self._app(), poll=QUICK)
        self.stopped = self.begun = self.doomed = False
        self.redis_back_at: datetime | None = None
        self._seen: tuple[object, ...] | None = None
        self._known: dict[str, str] = {}
        self._next: datetime | None = None
        with reading(self.world.sessions) as session:
            self.school = session.scalars(sa.select(School)).one()
            self._phones()
        Menus(self.world).keep()

    def _app(self) -> Flask:
        return create_app(self.config, self.world.sessions, self.world.clock, nudge=Nudge(valkey.address(self.config)))

    def _point_at_sandbox(self) -> None:
        port = int(self.api.url.rsplit(":", 1)[1])
        file = self.folder / "config.toml"
        # Commands and worker processes of the play read where its WeChat is.
        file.write_text(file.read_text("utf-8").replace("port = 8000", f"port = {port}"), "utf-8")
        self.config = self.config.listening(0, port)
        built = context.build(self.config)
        self.world = World(self.config, self.world.sessions, self.world.clock, built.clients, built.store)
        context.enter(self.world)

    def _phones(self) -> None:
        with reading(self.world.sessions) as session:
            for person in session.scalars(sa.select(Person).where(Person.left_at.is_(None))):
                openid = openid_of(self.school, person.id)
                self.platform.add_phone(self.school.account, openid, person.name, following=True)

    def openid(self, name: str) -> str:
        """The phone of a person as plays name people; LookupError says who it could be."""
        if name not in self._known:
            # Who is erased is nobody to the school any more, and still has a phone.
            with reading(self.world.sessions) as session:
                self._known[name] = openid_of(self.school, find_person(session, self.school, name).id)
        return self._known[name]

    def pilot(self, classes: tuple[str, ...]) -> None:
        """The school tries it out with these classes only; with none named it no longer does."""
        file, head = self.folder / "config.toml", f"[school.{self.school.key}]\n"
        # Commands and processes of the play read it from there.
        without = re.sub(r"pilot_classes = .*\n", "", file.read_text("utf-8"))
        named = ", ".join(f'"{name}"' for name in classes)
        file.write_text(without.replace(head, f"{head}pilot_classes = [{named}]\n"), "utf-8")
        schools.use(load(file))

    # The clock

    def now(self) -> datetime:
        return self.world.clock.now()

    def turn(self, to: datetime) -> None:
        """Moves the clock there, from one due thing to the next, running each at its hour."""
        if not self.begun:
            # The play begins here: nothing earlier runs.
            self.begun = True
            self._hold(to)
            with writing(self.world.sessions) as session:
                coverage.pass_over(session, to)
        while not self.stopped:
            due = self.next_thing()
            if due is None or due > to:
                break
            self._hold(due)
            self.settle()
        self._hold(to)
        self.settle()

    def next_thing(self) -> datetime | None:
        """When something will happen by itself."""
        now = self.now()
        with reading(self.world.sessions) as session:
            planned = timetable.next_at(session, now)
            pending = sa.select(sa.func.min(Notification.due_at)).where(
                Notification.state == PENDING, Notification.due_at > now
            )
            waiting = session.scalar(pending)
        moments = [m for m in (planned, waiting, self.redis_back_at) if m is not None and m > now]
        return min(moments, default=None)

    def _hold(self, at: datetime) -> None:
        if at < self.now():
            raise ValueError(f"the clock goes forward only, it is {self.now():%Y-%m-%d %H:%M} UTC")
        with writing(self.world.sessions) as session:
            self.world.clock.hold(session, at)
        if self.redis_back_at and at >= self.redis_back_at:
            self.redis_back_at = None
            self._start_redis()

    def settle(self) -> None:
        """Lets everything that is due happen, until nothing is left to do."""
        for _ in range(ROUNDS):
            self.platform.settle()
            if self.stopped:
                return
            to_plan, to_send = self._to_plan(), self._to_send() or self._to_hear()
            if not (to_plan or to_send):
                return
            self._work(to_plan)
        raise RuntimeError("the stage does not come to rest")

    def _to_plan(self) -> bool:
        """Whether another hour has come, or something has happened to a visit, since it was last planned."""
        with reading(self.world.sessions) as session:
            seen = (self.now(), *session.execute(_MARKS).one())
        fresh, self._seen = seen != self._seen, seen
        return fresh

    def _to_send(self) -> bool:
        due = sa.and_(Notification.state == PENDING, Notification.due_at <= self.now())
        lost = sa.and_(Notification.state == SENDING, Notification.lease_until < datetime.now(UTC))
        with reading(self.world.sessions) as session:
            return session.execute(sa.select(Notification.id).where(sa.or_(due, lost)).limit(1)).first() is not None

    def _to_hear(self) -> bool:
        """Whether a voice message or a photo waits; one that is to be tried again need not wait for real seconds."""
        waiting = sa.select(Inbound.id).where(Inbound.state == WAITING)
        with reading(self.world.sessions) as session:
            ids = list(session.scalars(waiting))
            photos = list(session.scalars(sa.select(Photo.id).where(Photo.medium_sealed.is_not(None))))
        if ids or photos:
            with writing(self.world.sessions) as session:
                session.execute(sa.update(Inbound).where(Inbound.id.in_(ids)).values(lease_until=None))
                session.execute(sa.update(Photo).where(Photo.id.in_(photos)).values(lease_until=None))
        return bool(ids or photos)

    def _work(self, to_plan: bool) -> None:
        """One round as the beat and a worker would do it: through the queue, or without it while Redis is away."""
        nudge = self._nudge
        job, wake = (worker.plan, nudge.plan) if to_plan else (worker.deliver, nudge.deliver)
        # On a busy machine Redis may have kept the mark and not the job; the beat would come by seconds later.
        if self.redis_back_at is not None or not wake() or not self._burst():
            job()

    def _burst(self) -> bool:
        if not self.doomed:
            return worker.burst(self._store)
        self.doomed = False
        self._work_and_die()
        return True

    def _work_and_die(self) -> None:
        """A real worker process takes up the work and is killed in it; the next one finds what it left."""
        command = [sys.executable, "-m", "bot", "worker"]
        victim = subprocess.Popen(command, env=self.environment(), stderr=subprocess.DEVNULL, start_new_session=True)
        store, end = self._store, time.monotonic() + TO_BEGIN
        while store.exists(wake_key("plan")) and victim.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        # What a play need not wait for: the real seconds that wake-ups and leases last.
        store.delete(wake_key("plan"), wake_key("deliver"))
        with writing(self.world.sessions) as session:
            held = sa.update(Notification).where(Notification.state == SENDING)
            session.execute(held.values(lease_until=datetime.now(UTC)))

    # Faults

    def redis_flush(self) -> None:
        self._store.flushall()

    def redis_down(self, until: datetime) -> None:
        """Redis is gone until the play's clock reaches that moment."""
        self._queue.send_signal(signal.SIGKILL)
        self._queue.wait()
        self.redis_back_at = until

    def _start_redis(self) -> None:
        folder = valkey.folder_of(self.config)
        valkey.make_room(folder)
        self._queue = subprocess.Popen(valkey.command(folder), stdin=subprocess.DEVNULL)
        valkey.wait(valkey.address(self.config))
        self._store, self._nudge = redis.Redis.from_url(valkey.address(self.config)), Nudge(valkey.address(self.config))

    def worker_kill(self) -> None:
        """Who takes up the next work is killed in it."""
        self.doomed = True

    def stop(self) -> None:
        """Web, workers and beat are down; the clock goes on."""
        self.stopped = True
        self.web.close()
        self.world.sessions.kw["bind"].dispose()

    def start(self) -> None:
        port = int(self.web.url.rsplit(":", 1)[1])
        self.web = Served(self._app(), port, QUICK)
        self.stopped = False
        self.settle()

    def environment(self) -> dict[str, str]:
        """What a command run in the play's world needs."""
        own = {"JIAFANG_CONFIG": str(self.folder / "config.toml"), "PYTHONUTF8": "1"}
        dropped = ("JIAFANG_DATA", "REDIS_URL", "JIAFANG_MASTER_KEY")
        return {k: v for k, v in os.environ.items() if k not in dropped} | own

    def close(self) -> None:
        if not self.stopped:
            self.web.close()
        self.platform.close()
        self._store.close()
        self.api.close()
        self.world.sessions.kw["bind"].dispose()
        self._queue.kill()
        self._queue.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


#: Every step of a visit and every answer is history; questionnaires and questions afterwards are rows of their own.
_MARKS = sa.select(
    *(sa.select(sa.func.coalesce(sa.func.max(t.id), 0)).scalar_subquery() for t in (History, Survey, FollowUp))
)
