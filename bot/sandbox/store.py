"""Keeps the sandbox's phones and chats in one small file, so that they survive a restart."""

import json
import sqlite3
from pathlib import Path
from typing import Any

_TABLE = "CREATE TABLE IF NOT EXISTS thing (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))"
#: What is put again keeps its place.
_PUT = "INSERT INTO thing VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body"


class Store:
    """Rows of (kind, key) → JSON. Without a path it keeps nothing. The caller holds the lock."""

    def __init__(self, path: Path | None = None) -> None:
        self._rows: sqlite3.Connection | None = None
        if path is None:
            return
        self._rows = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=WAL")
        # Toys may be lost in a power cut; nobody should wait for the disk here.
        self._rows.execute("PRAGMA synchronous=OFF")
        self._rows.execute(_TABLE)

    def put(self, kind: str, key: str, body: object) -> None:
        if self._rows is not None:
            text = json.dumps(body, ensure_ascii=False)
            self._rows.execute(_PUT, (kind, key, text))

    def drop(self, kind: str, key: str) -> None:
        if self._rows is not None:
            self._rows.execute("DELETE FROM thing WHERE kind = ? AND key = ?", (kind, key))

    def all(self, kind: str) -> dict[str, Any]:
        """Everything of one kind, in the order in which it was first put."""
        if self._rows is None:
            return {}
        found = self._rows.execute("SELECT key, body FROM thing WHERE kind = ? ORDER BY rowid", (kind,))
        return {key: json.loads(body) for key, body in found}

    def close(self) -> None:
        if self._rows is not None:
            self._rows.close()
            self._rows = None
