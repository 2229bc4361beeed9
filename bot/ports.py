"""Which ports of this machine are free."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection

from bot.config import Config
from bot.process import CannotStart

TRIES = 50


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def next_free(host: str, port: int, promised: Collection[int] = ()) -> int:
    """The first free port from this one on; raises `CannotStart` when there is none near."""
    for candidate in range(port, min(port + TRIES, 65536)):
        if candidate not in promised and is_free(host, candidate):
            return candidate
    raise CannotStart(f"no port from {port} on is free; stop what has them, or set another")


def answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def chosen(config: Config, port: int | None, say: Callable[[str], None]) -> Config:
    """Where to listen: the sandbox moves on to a free port, but a real school's proxy would not find us there."""
    if "sandbox" not in config.processes:
        web = port or config.web.port
        if not is_free(config.web.host, web):
            raise CannotStart(f"port {web} is taken by another program; stop it, or set [web] port or --port")
        return config.listening(web, config.sandbox.port)
    wanted = port or config.sandbox.port
    if port and not is_free("127.0.0.1", port):
        raise CannotStart(f"port {port} is taken by another program; stop it, or name another with --port")
    front = next_free("127.0.0.1", wanted)
    if front != wanted:
        say(f"port      {wanted} is taken by another program; using {front} (choose with --port)")
    web = config.web.port + front - config.sandbox.port
    return config.listening(next_free(config.web.host, web, {front}), front)
