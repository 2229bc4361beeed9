"""Posts at a set pace, whatever the answers take: who has to wait waits from the moment at which he meant to speak."""

from __future__ import annotations

import http.client
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


def post_paced(url: str, posts: Sequence[Post], rate: float, connections: int = CONNECTIONS) -> Paced:
    """Posts so many a second over open connections; whoever answers at less than half the pace is not heard out."""
    address, found, gate = urlsplit(url).netloc, Paced(), threading.Lock()
    begun = time.perf_counter()
    end = begun + 2 * len(posts) / rate + 5
    due = ((begun + n / rate, post) for n, post in enumerate(posts) if time.perf_counter() < end)

    def speak() -> None:
        connection = http.client.HTTPConnection(address, timeout=30)
        while (turn := _next(due, gate)) is not None:
            at, post = turn
            time.sleep(max(at - time.perf_counter(), 0))
            accepted = _accepted(connection, post)
            with gate:
                found.took.append((time.perf_counter() - at) * 1000)
                found.accepted += accepted
                found.refused += not accepted
        connection.close()

    with ThreadPoolExecutor(connections) as pool:
        for talk in [pool.submit(speak) for _ in range(connections)]:
            talk.result()
    found.seconds = time.perf_counter() - begun
    found.unsaid = len(posts) - found.accepted - found.refused
    return found


def _next(due: Iterator[tuple[float, Post]], gate: threading.Lock) -> tuple[float, Post] | None:
    with gate:
        return next(due, None)


def _accepted(connection: http.client.HTTPConnection, post: Post) -> bool:
    """Whether the server said that it has it; a broken connection is opened anew by the next post."""
    try:
        connection.request("POST", post.path, post.body, {"Content-Type": "text/xml"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return False
    return answer.status == http.HTTPStatus.OK
