"""`jiafang doctor`: looks at everything and says, a line each, what is wrong and what to do about it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import redis as redis_client
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot import health, ports, valkey
from bot.clock import Clock
from bot.config import Account, Config, ConfigError
from bot.keys import key_file, master_key
from handlers.understanding.almanac import published
from models.base import make_engine, sessions
from models.migrations import releases
from models.school import School, SchoolClass

Grade = Literal["ok", "warn", "fail"]
#: Earlier ones could lose a commit when the log file was reset under several writers.
SOUND_SQLITE = (3, 51, 3)
SLOW_FSYNC = 0.05
#: A calendar that ends sooner than this wants its next terms.
AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and what to do."""

    grade: Grade
    what: str
    how: str

    @property
    def line(self) -> str:
        return f"{self.grade:4}  {self.what:10}  {self.how}"


def examine(config: Config) -> Iterator[Finding]:
    """One finding after the other, as they are made."""
    yield Finding("ok", "config", str(config.source))
    for look in (keys, folder, database, queue, door, signs, pilots, calendars, templates):
        yield from look(config)


def keys(config: Config) -> Iterator[Finding]:
    try:
        master_key(config)
    except ConfigError as error:
        yield Finding("fail", "key", str(error))
        return
    from_environment = "JIAFANG_MASTER_KEY" in os.environ
    yield Finding(
        "ok", "key", "from JIAFANG_MASTER_KEY" if from_environment else f"{key_file(config)}; a copy elsewhere?"
    )


def folder(config: Config) -> Iterator[Finding]:
    probe = config.data / "fsync.probe"
    try:
        config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        took = _fsync(probe)
    except OSError as error:
        yield Finding("fail", "disk", f"cannot write to {config.data}: {error.strerror}")
        return
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    how = f"{config.data}: a commit takes {took * 1000:.1f} ms"
    slow = took > SLOW_FSYNC
    yield Finding("warn" if slow else "ok", "disk", how + ("; use a local disk, not a network's" if slow else ""))


def _fsync(path: os.PathLike[str]) -> float:
    times = []
    with open(path, "wb") as file:  # noqa: PTH123
        for _ in range(5):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return sorted(times)[2]


def database(config: Config) -> Iterator[Finding]:
    engine = make_engine(config.database_url)
    try:
        have, want = releases(engine)
    except SQLAlchemyError as error:
        how = f"{engine.dialect.name} does not answer, pushes get 503 and come again: {str(error).splitlines()[0]}"
        yield Finding("fail", "database", how)
        return
    finally:
        engine.dispose()
    if have == want:
        yield Finding("ok", "database", f"{engine.dialect.name}, at {have}")
    else:
        yield Finding("fail", "database", f"is at {have or 'nothing'}, this release needs {want}: jiafang db upgrade")
    if engine.dialect.name == "sqlite" and sqlite3.sqlite_version_info < SOUND_SQLITE:
        how = f"{sqlite3.sqlite_version} has a rare fault when its log is reset, which only the beat does here"
        yield Finding("warn", "sqlite", how)


def queue(config: Config) -> Iterator[Finding]:
    named = valkey.named(config)
    try:
        valkey.connect(valkey.address(config)).ping()
    except redis_client.RedisError as error:
        ask = "is the Redis of REDIS_URL or [redis] up?" if named else "is `jiafang run` up?"
        how = f"no answer ({type(error).__name__}), messages come up to 15 s later, nothing is lost: {ask}"
        yield Finding("warn", "queue", how)
    else:
        yield Finding("ok", "queue", "named in the configuration" if named else "embedded")


def door(config: Config) -> Iterator[Finding]:
    """Of several machines not each has one."""
    where = f"{config.web.host}:{config.web.port}"
    if ports.answers(config.web.host, config.web.port):
        yield Finding("ok", "door", f"somebody listens at {where}")
    else:
        how = f"nobody listens at {where}: start `jiafang run` or web, unless another machine has it"
        yield Finding("warn", "door", how)


def signs(config: Config) -> Iterator[Finding]:
    """What the running processes have left in the database."""
    engine = make_engine(config.database_url)
    factory = sessions(engine)
    try:
        told = health.state(factory, None, Clock(factory if config.sandbox.enabled else None).now())
    finally:
        engine.dispose()
    if told["database"] != "ok":
        return
    yield from _processes(told)
    if told["sending"]["stopped"]:
        how = f"is stopped, {told['sending']['waiting']} messages wait: jiafang sending start"
        yield Finding("warn", "sending", how)
    late = told["outbox"]
    if late["overdue"]:
        yield Finding(
            "fail", "outbox", f"{late['overdue']} messages are late, the oldest by {late['oldest']} s: see the log"
        )
    else:
        yield Finding("ok", "outbox", "nothing overdue")
    if told["fetching"]:
        yield Finding("ok", "fetching", f"{told['fetching']} voice messages and photos wait; each is tried three times")


def _processes(told: dict[str, Any]) -> Iterator[Finding]:
    age = told["beat"]["age"]
    if told["beat"]["heard"]:
        yield Finding("ok", "beat", f"heard {age} s ago")
    else:
        last = "none runs" if age is None else f"last heard {age} s ago"
        yield Finding("fail", "beat", f"{last}, nothing falls due: start `jiafang run` or beat; it catches up")
    if told["workers"]:
        yield Finding("ok", "worker", f"{told['workers']} heard within a minute")
    else:
        how = "none is heard, the beat sends 15 s later and more slowly: start `jiafang run` or worker; is Redis up?"
        yield Finding("warn", "worker", how)


def pilots(config: Config) -> Iterator[Finding]:
    """Which classes a school tries it out with; a name that no class has would silence everybody."""
    engine = make_engine(config.database_url)
    named = sa.select(SchoolClass.name).join(School, School.id == SchoolClass.school_id)
    try:
        with sessions(engine)() as session:
            have = {key: set(session.scalars(named.where(School.key == key))) for key in config.school}
    except SQLAlchemyError:
        return
    finally:
        engine.dispose()
    for key, school in config.school.items():
        strays = [name for name in school.pilot_classes if have[key] and name not in have[key]]
        if strays:
            yield Finding("fail", "pilot", f"{key}: the school has no class {', '.join(strays)}")
        elif school.pilot_classes:
            yield Finding("warn", "pilot", f"{key}: only families of {', '.join(school.pilot_classes)} get messages")


def calendars(config: Config) -> Iterator[Finding]:
    """Whether each school's calendar still reaches far enough, and whether its holidays are known."""
    soon = datetime.now(UTC).date() + AHEAD
    for key, school in config.school.items():
        ends = school.days.ends
        if ends < soon - AHEAD:
            how = f"{school.calendar} ended on {ends}: terms are as usual until the next ones stand in it"
            yield Finding("warn", "calendar", f"{key}: {how}")
        elif ends < soon:
            yield Finding("warn", "calendar", f"{key}: {school.calendar} ends on {ends}; add the next terms")
        elif school.days.terms and not school.days.told(soon - AHEAD):
            yield Finding("warn", "calendar", f"{key}: {school.calendar} has no term for today")
        elif published(soon) is None and not any(day >= soon for day in school.days.days):
            how = f"this release knows no holidays of {soon.year}: name them in a calendar, or upgrade"
            yield Finding("warn", "calendar", f"{key}: {how}")
        else:
            yield Finding("ok", "calendar", f"{key}: {school.calendar or 'terms as usual, the published holidays'}")


def templates(config: Config) -> Iterator[Finding]:
    for account in config.wechat.values():
        yield from _templates(account, config)


def _templates(account: Account, config: Config) -> Iterator[Finding]:
    from bot.wechat.client import SendError, WeChat

    try:
        listed = {entry.get("template_id"): entry for entry in WeChat(account, None).templates()}
    except SendError as error:
        yield Finding("fail", "wechat", f"{account.name}: the platform does not answer as it should: {error}")
        return
    yield Finding("ok", "wechat", f"{account.name}: appid and secret are right")
    for kind, template in account.templates.items():
        entry = listed.get(template.id)
        where = f"{account.name}.{kind}"
        if entry is None:
            yield Finding(
                "fail", "template", f"{where}: the platform has no {template.id}; add it there or change its id"
            )
            continue
        strays = [name for name in template.fields if "{{" + name + ".DATA}}" not in str(entry.get("content", ""))]
        lost = f"{where}: the platform's template has no {', '.join(strays)}; what stands there would be lost"
        yield Finding("fail", "template", lost) if strays else Finding("ok", "template", where)
