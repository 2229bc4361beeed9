"""Pushes that come a little later than what caused them, such as the outcome of a send."""

import threading
import time
from collections import deque
from collections.abc import Callable

from bot.sandbox.courier import Push


class Afterwards:
    """A queue with one thread, which starts with the first push."""

    def __init__(self, carry: Callable[[Push], object], delay: float) -> None:
        self._carry = carry
        self._delay = delay
        self._waiting: deque[tuple[float, Push]] = deque()
        self._moved = threading.Condition()
        self._under_way = 0
        self._thread: threading.Thread | None = None
        self._closed = False

    def add(self, push: Push) -> None:
        with self._moved:
            self._waiting.append((time.monotonic() + self._delay, push))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="afterwards", daemon=True)
                self._thread.start()
            self._moved.notify_all()

    def settle(self, seconds: float) -> bool:
        """Carry at once what waits, and wait for what is under way; False if it took too long."""
        end = time.monotonic() + seconds
        while push := self._take(time.monotonic() + self._delay):
            self._finish(push)
        with self._moved:
            return self._moved.wait_for(
                lambda: not self._under_way and not self._waiting, timeout=max(0.0, end - time.monotonic())
            )

    def close(self) -> None:
        """Forget what waits and let the thread end."""
        with self._moved:
            self._closed = True
            self._waiting.clear()
            self._moved.notify_all()

    def _take(self, moment: float) -> Push | None:
        with self._moved:
            if not self._waiting or self._waiting[0][0] > moment:
                return None
            self._under_way += 1
            return self._waiting.popleft()[1]

    def _finish(self, push: Push) -> None:
        try:
            self._carry(push)
        finally:
            with self._moved:
                self._under_way -= 1
                self._moved.notify_all()

    def _run(self) -> None:
        while True:
            with self._moved:
                self._moved.wait_for(lambda: self._closed or bool(self._waiting))
                if self._closed:
                    return
                pause = self._waiting[0][0] - time.monotonic()
                if pause > 0:
                    self._moved.wait(pause)
                    continue
            push = self._take(time.monotonic())
            if push is not None:
                self._finish(push)
