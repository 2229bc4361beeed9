"""The school's master key: it opens everything sealed and is never in the database."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from bot.config import Config
from bot.tables import ConfigError, read_secret


def master_key(config: Config) -> bytes:
    """Thirty-two bytes from JIAFANG_MASTER_KEY or the key's file; only the sandbox makes one for itself."""
    given = os.environ.get("JIAFANG_MASTER_KEY")
    if given:
        return _decoded(given, "JIAFANG_MASTER_KEY")
    path = key_file(config)
    if not path.exists() and config.sandbox.enabled:
        new_key_file(path)
    if not path.exists():
        raise ConfigError(
            f"no master key: make one with `jiafang config key`, which writes {path}, and keep a copy apart"
        )
    return _decoded(read_secret(path, "[secrets] master_key_file"), str(path))


def key_file(config: Config) -> Path:
    """Where the key lies, or would lie."""
    named = config.secrets.master_key_file
    return config.folder / named if named else config.data / "master.key"


def new_key_file(path: Path) -> None:
    """Writes a fresh key that only its owner can read; raises `FileExistsError` rather than overwrite one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32) + "\n")


def _decoded(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text) if len(text) == 64 else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != 32:
        raise ConfigError(f"{where}: must be 32 bytes, as 64 hexadecimal digits or base64")
    return key
