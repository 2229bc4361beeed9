"""The list of who was erased, beside the database and not in it: a backup that is put back is erased again by it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from bot.config import Config
from models.erasure import Erased

NAME = "erased.jsonl"


def erased_file(config: Config) -> Path:
    """Where it lies; it names nobody, and belongs where the copies of the master key are."""
    return config.data / NAME


def note(config: Config, entry: Erased) -> None:
    """One line more, which not even a power cut takes back."""
    path = erased_file(config)
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(entry)) + "\n")
        file.flush()
        os.fsync(file.fileno())


def noted(config: Config) -> list[Erased]:
    """Everybody on the list; a line that cannot be read is passed over."""
    path = erased_file(config)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return list(_read(lines))


def _read(lines: Iterable[str]) -> Iterable[Erased]:
    for line in lines:
        try:
            found = json.loads(line)
            yield Erased(str(found["school"]), int(found["student"]), str(found["mark"]))
        except (ValueError, KeyError, TypeError):
            continue
