"""Keeps the processes of one school going: starts, watches, starts again, ends; leaves no orphan."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.process import PATIENCE, watch

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
#: A process that lived so many seconds begins its next failures anew.
STEADY = 30.0
LONGEST_PAUSE = 30.0


@dataclass
class Child:
    """One process: `work` runs in it until it ends."""

    name: str
    work: Callable[[], object]
    pid: int = 0
    started: float = 0.0
    failures: int = 0
    due: float = 0.0  #: when it is started again, while `pid` is 0

    def pause(self, now: float) -> float:
        """Seconds until it is started again: at once after a long life, then ever later."""
        self.failures = 0 if now - self.started > STEADY else self.failures + 1
        return 0.0 if self.failures == 0 else min(LONGEST_PAUSE, 0.25 * 2**self.failures)


class Supervisor:
    """Forks its children out of this one process, so that they share what is already in memory."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._children: list[Child] = []
        self._read_end, self._write_end = os.pipe()
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._waker, False)
        self._asked_to_end = 0
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, self._signalled)

    def start(self, name: str, work: Callable[[], object]) -> None:
        """Starts a process and keeps it going from now on."""
        child = Child(name, work)
        self._children.append(child)
        self._fork(child)

    @property
    def ending(self) -> bool:
        return self._asked_to_end > 0

    def keep(self) -> None:
        """Returns when a signal asks to end."""
        while not self.ending:
            self._sleep(self.tend())

    def tend(self) -> float | None:
        """Starts again what has ended and whose pause is over; seconds until the next such moment."""
        self._reap()
        now = time.monotonic()
        for child in self._children:
            if not child.pid and child.due <= now:
                self._fork(child)
        return min((max(0.0, child.due - now) for child in self._children if not child.pid), default=None)

    def end(self) -> None:
        """Ends all, the first started last; a second signal makes short work of it."""
        self._end(self._children[1:])
        self._end(self._children[:1])

    def _end(self, children: list[Child]) -> None:
        begun, pressed = time.monotonic(), False
        self._tell(children, signal.SIGTERM)
        while any(child.pid for child in children):
            waited = time.monotonic() - begun
            if waited > PATIENCE or self._asked_to_end > 1:
                self._tell(children, signal.SIGKILL)
            elif waited > PATIENCE / 2 and not pressed:
                self._tell(children, signal.SIGTERM)  # a worker gives up the job it is at
                pressed = True
            self._sleep(0.2)
            self._reap()

    def _tell(self, children: list[Child], number: int) -> None:
        for child in children:
            if child.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, number) if number == signal.SIGKILL else os.kill(child.pid, number)

    def _fork(self, child: Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._become(child)
        child.pid, child.started = pid, time.monotonic()

    def _become(self, child: Child) -> None:
        code = 1
        try:
            os.setsid()  # Ctrl-C on the terminal is the supervisor's business
            signal.set_wakeup_fd(-1)
            for number in SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            for end in (self._write_end, self._woken, self._waker):
                os.close(end)
            watch(self._read_end)
            child.work()
            code = 0
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
        except BaseException:
            logging.getLogger("jiafang").exception("%s: a bug: nothing caught this", child.name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        pid = -1
        with contextlib.suppress(ChildProcessError):
            while pid:
                pid, status = os.waitpid(-1, os.WNOHANG)
                for child in self._children:
                    if pid and child.pid == pid:
                        self._ended(child, status)

    def _ended(self, child: Child, status: int) -> None:
        now = time.monotonic()
        # What it has forked must not sit on its port.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.pid, pause = 0, child.pause(now)
        child.due = now + pause
        if not self.ending:
            how = f"was killed ({signal.Signals(os.WTERMSIG(status)).name})" if os.WIFSIGNALED(status) else "ended"
            self._say(f"{child.name} {how}; starting it again {f'in {pause:g} s' if pause else 'at once'}")

    def _sleep(self, seconds: float | None) -> None:
        select.select([self._woken], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(self._woken, 512)

    def _signalled(self, number: int, frame: object) -> None:
        if number != signal.SIGCHLD:
            self._asked_to_end += 1
