"""Many at once: posts over connections that stay open, and how long each took."""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Post:
    """One request."""

    path: str
    body: bytes


@dataclass(frozen=True)
class Run:
    """What came of some posts."""

    took: list[float]  #: milliseconds, each
    seconds: float  #: all together
    failed: int


def post_all(url: str, posts: Sequence[Post], connections: int) -> Run:
    """Posts them all, so many side by side, each over an open connection."""
    address = urlsplit(url).netloc
    shares = [posts[n::connections] for n in range(connections)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        parts = list(pool.map(lambda share: _post(address, share), shares))
    seconds = time.perf_counter() - begun
    return Run([ms for took, _ in parts for ms in took], seconds, sum(failed for _, failed in parts))


def _post(address: str, posts: Sequence[Post]) -> tuple[list[float], int]:
    connection = http.client.HTTPConnection(address, timeout=30)
    took, failed = [], 0
    for post in posts:
        begun = time.perf_counter()
        connection.request("POST", post.path, post.body, {"Content-Type": "text/xml"})
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - begun) * 1000)
        failed += answer.status != http.HTTPStatus.OK
    connection.close()
    return took, failed
