"""The machines that a town runs on: each with web, worker and beat, and, of several, each with cables of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot import ports, valkey
from bot.config import Config
from tests.faults.cable import Address, Cable

NAMES = ("web", "worker", "beat")
HERE = "127.0.0.1"


@dataclass
class Machine:
    """One computer of the town."""

    host: str
    database_url: str
    redis_url: str
    points: Path  #: where its failpoints are armed
    cables: tuple[Cable, ...] = ()
    away: bool = False
    tried: int = 0  #: pushes that it was given while it was away

    def cut(self, how: str) -> None:
        """From now on it reaches neither the database nor the queue; WeChat it still does."""
        self.away, self.tried = True, 0
        for cable in self.cables:
            cable.cut(how)

    def mend(self) -> None:
        self.away = False
        for cable in self.cables:
            cable.mend()

    def is_chosen(self) -> bool:
        """Whether a balancer would give it the next push: it soon knows who does not answer."""
        self.tried += self.away
        return not self.away or self.tried <= 2


def built(folder: Path, hosts: tuple[str, ...], engine: sa.Engine, config: Config) -> list[Machine]:
    """One machine has all it needs beside it; of several each has a cable to the database and one to the queue."""
    url, queue = engine.url, valkey.address(config)
    points = {host: folder / f"points-{host}" for host in hosts}
    for its in points.values():
        its.mkdir()
    if len(hosts) == 1:
        return [Machine(hosts[0], url.render_as_string(hide_password=False), queue, points[hosts[0]])]
    machines = []
    for host in hosts:
        cables = Cable(host, database_at(url)), Cable(host, str(valkey.socket_of(valkey.folder_of(config))))
        over = url.set(host=host, port=cables[0].port, query={})
        address = over.render_as_string(hide_password=False)
        machines.append(Machine(host, address, f"redis://{host}:{cables[1].port}/0", points[host], cables))
    return machines


def database_at(url: sa.URL) -> Address:
    host = str(url.query.get("host", url.host or HERE))
    port = url.port or 5432
    return f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)


class Processes:
    """Web, worker and beat of each machine; whatever ends is started again."""

    def __init__(self, folder: Path, config: Config, machines: list[Machine]) -> None:
        self._folder, self._stop = folder, threading.Event()
        self._machines = {machine.host: machine for machine in machines}
        self._running: dict[tuple[str, str], subprocess.Popen] = {}
        self._log = (folder / "processes.log").open("ab")
        for host in self._machines:
            for name in NAMES:
                self._start(host, name)
        for host in self._machines:
            until(lambda host=host: ports.answers(host, config.web.port), 60)
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def pid(self, name: str, host: str = HERE) -> int:
        return self._running[host, name].pid

    def signal(self, number: int, name: str, host: str = HERE) -> None:
        """To the process and all that it has forked."""
        os.killpg(self.pid(name, host), number)

    def said(self) -> str:
        return (self._folder / "processes.log").read_text("utf-8", "replace")

    def close(self) -> None:
        self._stop.set()
        self._keeper.join()
        for one in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGCONT)
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()
        self._log.close()

    def _start(self, host: str, name: str) -> None:
        machine, config = self._machines[host], self._folder / f"{host}.toml"
        if not config.exists():
            text = (self._folder / "config.toml").read_text("utf-8").partition("\n[database]")[0]
            text = text.replace("[web]", f'[web]\nhost = "{host}"')
            config.write_text(f'{text}\n[database]\nurl = "{machine.database_url}"\n', "utf-8")
        clean = {k: v for k, v in os.environ.items() if not k.startswith("JIAFANG_")}
        own = {
            "JIAFANG_CONFIG": str(config),
            "JIAFANG_FAILPOINTS": str(machine.points),
            "REDIS_URL": machine.redis_url,
            "PYTHONPATH": str(Path.cwd()),
        }
        self._running[host, name] = subprocess.Popen(
            [sys.executable, "-m", "bot", name], env=clean | own, stdout=self._log, stderr=self._log,
            start_new_session=True,
        )  # fmt: skip

    def _keep(self) -> None:
        while not self._stop.wait(0.05):
            for (host, name), one in list(self._running.items()):
                if one.poll() is not None:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(one.pid, signal.SIGKILL)
                    self._start(host, name)


def until(true: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
