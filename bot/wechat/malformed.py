"""A push that is refused: forged, damaged or too large."""

from __future__ import annotations


class Malformed(Exception):
    """The push is not as the platform makes them; `status` is the HTTP answer (400, 403 or 413)."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why  #: words of ours, never of the push
