"""The cable between one machine and a server that it needs: it can be cut, so that nothing comes through, and mended."""

from __future__ import annotations

import contextlib
import socket
import threading

#: Nothing comes through any more and nobody is told; or every connection breaks and no new one is let in.
SILENT, BROKEN = "silent", "broken"
Address = tuple[str, int] | str


class Cable:
    """Hands on what comes to a door of the machine's own; what is on its way when it is cut arrives when it is mended."""

    def __init__(self, host: str, far: Address) -> None:
        self._far, self._how = far, ""
        self._whole = threading.Event()
        self._whole.set()
        self._ends: set[socket.socket] = set()
        self._door = socket.create_server((host, 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._let_in, daemon=True).start()

    def cut(self, how: str) -> None:
        self._how = how
        self._whole.clear()
        if how == BROKEN:
            self._break()

    def mend(self) -> None:
        self._how = ""
        self._whole.set()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._break()
        self.mend()

    def _break(self) -> None:
        for end in list(self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _let_in(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            if self._how == BROKEN:
                near.close()
            else:
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        """One connection, until either end is done with it."""
        self._whole.wait()
        with near, contextlib.suppress(OSError), reached(self._far) as far:
            self._ends |= {near, far}
            back = threading.Thread(target=self._hand_on, args=(far, near), daemon=True)
            back.start()
            self._hand_on(near, far)
            back.join()
            self._ends -= {near, far}

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                self._whole.wait()
                other.sendall(data)
        self._whole.wait()
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)


def reached(far: Address) -> socket.socket:
    """A connection to a host's port, or to a socket's file."""
    if not isinstance(far, str):
        return socket.create_connection(far, 5)
    end = socket.socket(socket.AF_UNIX)
    end.connect(far)
    return end
