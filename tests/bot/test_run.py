"""`jiafang run`: from nothing to open doors, one copy per folder, and nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bot import ports
from bot.config import SANDBOX_FILE, Sandbox, load
from bot.process import CannotStart

pytestmark = pytest.mark.slow


class Copy:
    """One running copy in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / f"log-{time.monotonic_ns()}"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("JIAFANG_", "REDIS_URL"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=folder,
            env={**clean, "PYTHONPATH": os.fspath(Path.cwd())},
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
        )

    def ready(self) -> Copy:
        until(lambda: "Ready in" in self.said or self.process.poll() is not None)
        assert "Ready in" in self.said, self.said
        return self

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        return re.findall(r"http://\S+", self.said)[0]

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def until(true: object, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def living(family: list[psutil.Process]) -> list[psutil.Process]:
    return [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[object]:
    started: list[Copy] = []

    def start(folder: str = "a") -> Copy:
        (tmp_path / folder).mkdir(exist_ok=True)
        started.append(Copy(tmp_path / folder))
        return started[-1]

    yield start
    for copy in started:
        copy.process.terminate()
        copy.process.wait(30)


def test_from_nothing_to_open_doors_and_back(copies) -> None:
    copy = copies().ready()
    with urllib.request.urlopen(copy.url) as page:
        assert page.status == 200
    assert "240 students" in copy.said
    family = copy.family()
    copy.process.send_signal(signal.SIGINT)
    assert copy.process.wait(20) == 0
    assert living(family) == []
    assert "Traceback" not in copy.said


def test_two_copies_need_two_folders(copies) -> None:
    first = copies().ready()
    again = copies()
    assert again.process.wait(20) == 1
    assert f"another copy runs on {first.folder}/data (process {first.process.pid})" in again.said
    second = copies("b").ready()
    assert second.url != first.url
    assert "is taken by another program; using" in second.said


def test_a_killed_copy_leaves_nothing_and_the_next_starts_at_once(copies) -> None:
    copy = copies().ready()
    family = copy.family()
    copy.process.kill()
    copy.process.wait()
    copies().ready()
    assert living(family) == []


def test_a_killed_process_comes_back(copies) -> None:
    copy = copies().ready()
    for child in psutil.Process(copy.process.pid).children():
        child.kill()
    until(lambda: len(re.findall("was killed", copy.said)) == 5)
    port = int(copy.url.rsplit(":", 1)[1].strip("/"))
    until(lambda: ports.answers("127.0.0.1", port) and healthy(copy))


def healthy(copy: Copy) -> bool:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "doctor"], cwd=copy.folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.fspath(Path.cwd())},
    )  # fmt: skip
    return all(f"ok    {what}" in ended.stdout for what in ("database", "queue", "beat", "outbox", "wechat"))


def test_a_real_school_is_told_that_its_port_is_taken() -> None:
    config = replace(load(SANDBOX_FILE), sandbox=Sandbox(enabled=False))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CannotStart, match="is taken by another program"):
            ports.chosen(config, other.getsockname()[1], print)


@pytest.mark.rule("rel.I20")
def test_a_running_copy_is_backed_up_and_restored_only_when_it_has_ended(copies) -> None:
    copy = copies().ready()
    assert "240 students, whole" in told(copy, "backup", "night.db")
    assert "another copy runs on" in told(copy, "restore", "night.db")
    copy.process.terminate()
    copy.process.wait(20)
    assert "sending is stopped" in told(copy, "restore", "night.db")
    assert "sending is stopped since" in told(copy, "sending", "show")
    copies().ready()


def told(copy: Copy, *words: str) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("JIAFANG_", "REDIS_URL"))}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=copy.folder, env={**clean, "PYTHONPATH": os.fspath(Path.cwd())},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.stdout + done.stderr
