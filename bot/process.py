"""What every process of ours does first, and how it ends when its supervisor does."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime

from bot import log, valkey
from bot.config import Config, Redis
from bot.keys import master_key
from bot.wechat import recogniser

#: Seconds between being asked to end and being ended.
PATIENCE = 8.0
#: The same when the supervisor is dead: the queue is gone with it, there is little left to finish.
ORPHANS_PATIENCE = 3.0


class CannotStart(Exception):
    """Why not, in one line, and what to do."""


def begin(config: Config, name: str) -> Config:
    """Log, master key, the schools' numbers, who listens; returns the configuration with the queue's address in it."""
    from bot.schools import use
    from models import failpoint
    from models.sealed import use_master_key

    log.begin(config, name)
    # Only among invented people: a real school's configuration has no sandbox.
    failpoint.arm(os.environ.get("JIAFANG_FAILPOINTS") if config.sandbox.enabled else None)
    key = master_key(config)
    log.hide(key.hex())
    use_master_key(key)
    use(config)
    for account in config.wechat.values():
        recogniser.of(account)
    return replace(config, redis=Redis(url=valkey.address(config)))


def serve_web(config: Config) -> None:
    """The web process; returns when it is asked to end."""
    from bot.app import create_app
    from bot.server import serve
    from handlers.understanding import prepare
    from models.hour import SHANGHAI

    prepare(datetime.now(SHANGHAI))
    serve(lambda: create_app(config), config.web.host, config.web.port, config.web.threads)


def watch(lifeline: int) -> None:
    """Ends this process when the other end of the pipe is gone: a supervisor killed by -9 leaves nothing behind."""

    def wait() -> None:
        os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(ORPHANS_PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def die_with_parent(parent: int) -> None:
    """The same for a program that is not Python; Linux only, elsewhere the next start ends what was left."""
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)
