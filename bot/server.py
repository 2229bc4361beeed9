"""The HTTP server of a door: gunicorn with one process and some threads, without files or flags of its own."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

#: Without the query string: WeChat's holds signature and openid.
ACCESS = "%(m)s %(U)s %(s)s %(M)s ms"


class OurLog(Logger):  # type: ignore[misc]
    """gunicorn's lines through our own handler."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for theirs in (self.error_log, self.access_log):
            theirs.handlers = []
            theirs.propagate = True
        # "Booting worker", "Listening at": what the supervisor says better.
        self.error_log.setLevel(max(logging.WARNING, logging.getLogger().level))
        self.access_log.setLevel(logging.getLogger().level)


class Server(BaseApplication):  # type: ignore[misc]
    """One door."""

    def __init__(self, make: Callable[[], Flask], settings: dict[str, object]) -> None:
        self._make = make
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._settings.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        made = self._make()
        # What was loaded stays: looking through it for garbage would hold up somebody's answer each time.
        gc.collect()
        gc.freeze()
        return made


def keep_to_core(number: int) -> None:
    """Keeps this process to one of the cores that it may use, counted around; on Linux, which alone can.

    Python runs one thread at a time. Where threads wait for a database all the time, each that goes on elsewhere
    than the last one ran costs both: on one core a door takes a sixth to a third more.
    """
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})


def serve(make: Callable[[], Flask], host: str, port: int, threads: int) -> None:
    """Serves what `make` makes, in a process of its own under this one, until this one is asked to end."""
    settings = {
        "bind": f"{host}:{port}",
        "worker_class": "gthread",
        "workers": 1,  # one writer a process keeps SQLite's lock fair; more doors are more machines
        "threads": threads,
        "timeout": 30,  # of the loop that hands out work, not of a request
        "graceful_timeout": 5,  # WeChat waits no longer
        "keepalive": 15,
        "backlog": 2048,  # waits while the process starts; refused would be an attempt of WeChat's lost
        "logger_class": OurLog,
        "accesslog": "-",
        "access_log_format": ACCESS,
        "control_socket_disable": True,
        "proc_name": "jiafang-web",
    }
    Server(make, settings).run()
