"""A counter that moves when anything in the sandbox changes, and a place to wait for it."""

import threading


class Changes:
    """The version that a page has seen tells it what is new."""

    def __init__(self, start: int = 0) -> None:
        self._moved = threading.Condition()
        self._version = start

    @property
    def version(self) -> int:
        return self._version

    def bump(self) -> int:
        """One more change; wakes who waits."""
        with self._moved:
            self._version += 1
            self._moved.notify_all()
            return self._version

    def wait(self, since: int, seconds: float) -> int:
        """The version, once it differs from `since` or the real seconds have passed."""
        with self._moved:
            self._moved.wait_for(lambda: self._version != since, timeout=seconds)
            return self._version
