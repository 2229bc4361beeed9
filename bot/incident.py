"""A bug of ours gets a short number: the person reads it, the log has it, and no family's words stand beside it."""

from __future__ import annotations

import logging
import secrets
import traceback
from pathlib import Path

log = logging.getLogger("jiafang.incident")
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def record(bug: BaseException, where: str) -> str:
    """Logs where it happened, without the exception's own words, and returns the number."""
    number = "".join(secrets.choice(_LETTERS) for _ in range(6))
    frames = traceback.extract_tb(bug.__traceback__)[-12:]
    path = " < ".join(f"{'/'.join(Path(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in reversed(frames))
    log.error("incident %s in %s: %s at %s", number, where, type(bug).__name__, path)
    return number
