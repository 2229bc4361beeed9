"""The data folder's lock: two supervisors on one folder would be two writers of one file."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from bot.config import Config
from bot.process import ORPHANS_PATIENCE, CannotStart


def hold(data: Path) -> IO[str]:
    """Takes the lock for as long as this process and its children live; raises `CannotStart` when another has it."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (data / "lock").open("a+")
    end = time.monotonic() + ORPHANS_PATIENCE + 2
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            file.seek(0)
            owner = file.read().partition(" ")[0]
            if lives(owner) or time.monotonic() > end:
                raise CannotStart(
                    f"another copy runs on {data} (process {owner}); stop it, or give this one a folder"
                    " of its own: jiafang --data OTHER run"
                ) from None
            time.sleep(0.2)  # its supervisor was killed and its processes are about to end
    _write(file, str(os.getpid()))
    return file


def note(file: IO[str], config: Config) -> None:
    """Leaves word of the ports, for who asks the same folder."""
    _write(file, f"{os.getpid()} {config.web.port} {config.sandbox.port}")


def as_it_runs(config: Config) -> Config:
    """The configuration with the ports of the copy that runs on its folder, if one does."""
    try:
        owner, web, sandbox = (config.data / "lock").read_text().split()
    except (OSError, ValueError):
        return config
    return config.listening(int(web), int(sandbox)) if lives(owner) else config


def _write(file: IO[str], text: str) -> None:
    file.truncate(0)
    file.write(text)
    file.flush()


def lives(owner: str) -> bool:
    """Whether there is a process of that number on this machine."""
    try:
        os.kill(int(owner), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
