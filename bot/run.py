"""`jiafang run`: everything that one school needs, from nothing, under one supervisor."""

from __future__ import annotations

import gc
import importlib.metadata
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import click

from bot import lock, ports, process, valkey
from bot.config import Config, Redis
from bot.process import CannotStart
from bot.supervisor import Supervisor

STARTS_WITHIN = 30.0


def say(line: str) -> None:
    click.echo(f"  {line}")


def run(config: Config, port: int | None = None) -> None:
    """Starts everything and returns when a signal has ended it; raises `CannotStart`."""
    began = time.monotonic()
    click.echo(f"jiafang {importlib.metadata.version('jiafang')}")
    held = lock.hold(config.data)
    say(f"data      {config.data}")
    config = ports.chosen(config, port, say)
    lock.note(held, config)
    supervisor = Supervisor(say)
    try:
        config = start_queue(config, supervisor)
        config = process.begin(config, "run")
        prepare_database(config)
        works = preload(config)
        if not supervisor.ending:
            start(config, supervisor, works)
            click.echo(greeting(config, time.monotonic() - began), nl=False)
            supervisor.keep()
            click.echo()
    finally:
        supervisor.end()
        held.close()
    click.echo("  everything has ended")


def start_queue(config: Config, supervisor: Supervisor) -> Config:
    """The Redis that is named, else a Valkey of our own."""
    url = valkey.named(config)
    if url:
        if not valkey.wait(url, 5):
            # The queue only wakes workers; without it the beat sends.
            say("queue     the configured Redis does not answer; going on, reminders come up to 15 s later")
        else:
            say("queue     the configured Redis")
        return config
    folder = valkey.folder_of(config)
    valkey.make_room(folder)
    program = valkey.command(folder)
    supervisor.start("queue", lambda: _become(program))
    url = f"unix://{valkey.socket_of(folder)}"
    if not valkey.wait(url, 5, supervisor.tend):
        # It cannot read its own file. The truth is in SQL, so the queue may begin anew.
        say(f"queue     began anew; what it could not read is in {valkey.set_aside(folder)}")
    if not valkey.wait(url, 15, supervisor.tend):
        raise CannotStart(f"Valkey did not start; see {folder / 'valkey.log'}, or set REDIS_URL")
    say("queue     embedded Valkey")
    return replace(config, redis=Redis(url=url))


def _become(program: list[str]) -> None:
    process.die_with_parent(os.getppid())
    os.execv(program[0], program)  # noqa: S606


def prepare_database(config: Config) -> None:
    """Brings the database to this release and the configured schools into it."""
    from bot import schools
    from models.base import make_engine, sessions, writing
    from models.migrations import upgrade

    engine = make_engine(config.database_url)
    upgrade(engine)
    say(f"database  {engine.dialect.name}, up to date")
    with writing(sessions(engine), 10) as session:
        schools.settle(session, config)
        loaded = config.demo and _load_demo(session)
    if loaded:
        say(f"school    {loaded}")
    engine.dispose()


def _load_demo(session: object) -> str:
    from sqlalchemy import func, select
    from sqlalchemy.orm import Session

    from bot.sandbox.demo import load_demo
    from models.student import Student

    assert isinstance(session, Session)
    if session.scalar(select(func.count()).select_from(Student)):
        return ""
    load_demo(session, datetime.now(UTC))
    return f"the demo school, {session.scalar(select(func.count()).select_from(Student))} students"


def preload(config: Config) -> dict[str, Callable[[], object]]:
    """Imports what the processes need before they part, so that they share the memory; name -> what it does."""
    import bot.app
    import bot.server
    import jobs.beat
    import jobs.worker
    from jobs.coming import Coming

    def begun(name: str, work: Callable[[Config], object]) -> Callable[[], object]:
        return lambda: work(process.begin(config, name))

    works: dict[str, Callable[[Config], object]] = {
        "web": process.serve_web,
        "worker": jobs.worker.work,
        "beat": jobs.beat.run,
    }
    if "sandbox" in config.processes:
        import bot.sandbox.web

        works["sandbox"] = lambda config: bot.sandbox.web.serve(config, Coming)
    gc.collect()
    gc.freeze()
    return {name: begun(name, works[name]) for name in config.processes}


def start(config: Config, supervisor: Supervisor, works: dict[str, Callable[[], object]]) -> None:
    """Starts the processes and waits until the doors are open."""
    for name, work in works.items():
        supervisor.start(name, work)
    doors = {"web": (config.web.host, config.web.port), "sandbox": ("127.0.0.1", config.sandbox.port)}
    end = time.monotonic() + STARTS_WITHIN
    for name in works:
        while name in doors and not ports.answers(*doors[name]):
            if supervisor.ending:
                return
            if time.monotonic() > end:
                raise CannotStart(f"{name} did not open its door at {doors[name][1]}; what it said stands above")
            supervisor.tend()
            time.sleep(0.02)
    say(f"started   {', '.join(works)}")


def greeting(config: Config, seconds: float) -> str:
    """Where to look, and what to type first."""
    name, port = config.front
    lines = [f"\nReady in {seconds:.1f} s. Ctrl-C ends everything.\n"]
    if name == "sandbox":
        from bot.sandbox.greeting import GREETING

        return "".join([*lines, GREETING.format(url=f"http://127.0.0.1:{port}/")])
    pushes = "".join(f"  {config.public_url}/wechat/{account}\n" for account in config.wechat)
    health = f"\nHow it is doing:\n  {config.public_url}/healthz\n"
    return "".join([*lines, health, "\nThe platform's server address (URL) is:\n", pushes])
