"""Posts at a set pace, whatever the answers take: who has to wait waits from the moment at which he meant to speak."""

from __future__ import annotations

import http
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.cli.bench.figures import Figures, percentile
from bot.cli.bench.posting import Post

CONNECTIONS = 32


@dataclass
class Paced:
    """What came of some posts."""

    took: list[float] = field(default_factory=list)  #: milliseconds since the moment that was meant, each
    accepted: int = 0
    refused: int = 0
    unsaid: int = 0  #: the server was too slow for them
    seconds: float = 0.0

    def figures(self) -> Figures:
        """What a person wants to know of it."""
        return {
            "accepted": self.accepted,
            "refused": self.refused,
            "unsaid": self.unsaid,
            "p50 ms": percentile(self.took, 0.5),
            "p99 ms": percentile(self.took, 0.99),
            "max ms": max(self.took),
            "messages/s": (self.accepted + self.refused) / self.seconds,
        }


def post_paced(urls: Sequence[str], posts: Sequence[Post], rate: float, connections: int = CONNECTIONS) -> Paced:
    """Posts so many a second over open connections, as many to each door as to the others.

    Whoever answers at less than half the pace is not heard out.
    """
    found, gate = Paced(), threading.Lock()
    begun = time.perf_counter()
    end = begun + 2 * len(posts) / rate + 5
    due = ((begun + n / rate, post) for n, post in enumerate(posts) if time.perf_counter() < end)

    def speak(url: str) -> None:
        line = _Line(url)
        while (turn := _next(due, gate)) is not None:
            at, post = turn
            time.sleep(max(at - time.perf_counter(), 0))
            accepted = line.accepts(post)
            with gate:
                found.took.append((time.perf_counter() - at) * 1000)
                found.accepted += accepted
                found.refused += not accepted
        line.hang_up()

    with ThreadPoolExecutor(connections) as pool:
        for talk in [pool.submit(speak, urls[n % len(urls)]) for n in range(connections)]:
            talk.result()
    found.seconds = time.perf_counter() - begun
    found.unsaid = len(posts) - found.accepted - found.refused
    return found


def _next(due: Iterator[tuple[float, Post]], gate: threading.Lock) -> tuple[float, Post] | None:
    with gate:
        return next(due, None)


class _Line:
    """One open connection, at a fraction of a client library's cost: what speaks here shares the door's machine."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._address = where.hostname or "", where.port or 80
        self._host = where.netloc
        self._open: socket.socket | None = None

    def accepts(self, post: Post) -> bool:
        """Whether the server said that it has it; a broken connection is opened anew by the next post."""
        head = f"POST {post.path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: text/xml\r\n"
        try:
            if self._open is None:
                self._open = socket.create_connection(self._address, timeout=30)
            self._open.sendall(f"{head}Content-Length: {len(post.body)}\r\n\r\n".encode() + post.body)
            return self._heard(self._open) == http.HTTPStatus.OK
        except (OSError, ValueError):
            self.hang_up()
            return False

    def hang_up(self) -> None:
        """Closes it."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _heard(self, line: socket.socket) -> int:
        """The status of an answer, which is read to its end."""
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += self._more(line)
        head, _, body = heard.partition(b"\r\n\r\n")
        told = head.lower()
        _, length = told.split(b"content-length:", 1)
        left = int(length.split(b"\r\n", 1)[0]) - len(body)
        while left > 0:
            left -= len(self._more(line))
        if b"connection: close" in told:
            self.hang_up()
        return int(head.split(b" ", 2)[1])

    @staticmethod
    def _more(line: socket.socket) -> bytes:
        part = line.recv(65536)
        if not part:
            raise ConnectionResetError
        return part
