"""The supervisor keeps its processes going, and takes them along when it goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bot.supervisor import LONGEST_PAUSE, STEADY, Child

#: Two processes: the one sleeps, the other writes who it is and waits; `stubborn` does not want to end.
PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from bot.supervisor import Supervisor

folder, how = Path(sys.argv[1]), sys.argv[2]

def work(name):
    if how == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (folder / name).write_text(str(os.getpid()))
    time.sleep(60)

supervisor = Supervisor(lambda line: print(line, flush=True))
supervisor.start("queue", lambda: work("queue"))
supervisor.start("web", lambda: work("web"))
print("started", flush=True)
supervisor.keep()
supervisor.end()
print("ended", flush=True)
"""


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def start(how: str = "") -> subprocess.Popen[str]:
        arguments = [sys.executable, "-c", PROGRAM, str(tmp_path), how]
        running.append(subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True))
        until(lambda: len(pids(tmp_path)) == 2)
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait(10)
    for pid in pids(tmp_path):
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)


def pids(folder: Path) -> list[int]:
    return [
        int(text) for name in ("queue", "web") if (folder / name).exists() and (text := (folder / name).read_text())
    ]


def alive(folder: Path) -> list[int]:
    return [p for p in pids(folder) if psutil.pid_exists(p) and psutil.Process(p).status() != psutil.STATUS_ZOMBIE]


def until(true: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(
    supervised: Callable[..., subprocess.Popen[str]], tmp_path: Path, number: int
) -> None:
    supervisor = supervised()
    supervisor.send_signal(number)
    assert supervisor.communicate(timeout=10)[0].splitlines()[-1] == "ended"
    assert supervisor.returncode == 0
    assert alive(tmp_path) == []


def test_a_killed_supervisor_leaves_no_orphan(supervised: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    supervised().kill()
    until(lambda: alive(tmp_path) == [])


def test_a_killed_process_is_started_again(supervised: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    supervisor = supervised()
    before = pids(tmp_path)[1]
    os.kill(before, signal.SIGKILL)
    until(lambda: pids(tmp_path)[1:] not in ([], [before]))
    supervisor.terminate()
    assert "web was killed (SIGKILL); starting it again in 0.5 s" in supervisor.communicate(timeout=10)[0]


def test_a_second_signal_makes_short_work(supervised: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    supervisor = supervised("stubborn")
    began = time.monotonic()
    supervisor.terminate()
    time.sleep(0.3)
    supervisor.terminate()
    supervisor.communicate(timeout=10)
    assert time.monotonic() - began < 4
    assert alive(tmp_path) == []


def test_pauses_grow_and_a_long_life_forgives() -> None:
    child = Child("web", bool)
    assert [child.pause(now=1.0) for _ in range(9)] == [
        0.5,
        1,
        2,
        4,
        8,
        16,
        LONGEST_PAUSE,
        LONGEST_PAUSE,
        LONGEST_PAUSE,
    ]
    assert child.pause(now=STEADY + 1) == 0
