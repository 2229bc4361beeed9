"""Hearing what a database is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


@contextmanager
def heard(bind: Any) -> Iterator[list[str]]:
    """The words of every statement that is asked in the block."""
    asked: list[str] = []

    def hear(*said: Any) -> None:
        asked.append(said[2])

    sa.event.listen(bind, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        # Who listens costs whoever asks, and statements that are made ready go another way then.
        sa.event.remove(bind, "before_cursor_execute", hear)
