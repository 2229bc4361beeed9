"""Connections to WeChat that read no longer than they were given: a line that comes byte by byte holds up no sender."""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import parse_url


class _UpTo(io.RawIOBase):
    """What comes from a socket up to a moment; its own timeout would begin anew with every byte."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, end: float) -> None:
        self._raw, self._sock, self._end = raw, sock, end

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        count: int | None = self._raw.readinto(into)
        return count

    def close(self) -> None:
        self._raw.close()  # the socket counts who still reads from it
        super().close()


class _Answer(http.client.HTTPResponse):
    """Status, headers and body within what is left when the question has gone out."""

    def __init__(self, sock: socket.socket, *how: Any, **more: Any) -> None:
        super().__init__(sock, *how, **more)
        left = sock.gettimeout()
        if left is not None:
            self.fp = io.BufferedReader(_UpTo(self.fp.detach(), sock, time.monotonic() + left))


class _Plain(HTTPConnection):
    response_class = _Answer

    def request(self, *what: Any, **more: Any) -> None:
        _begin_anew(self)
        super().request(*what, **more)


class _Sealed(HTTPSConnection):
    response_class = _Answer

    def request(self, *what: Any, **more: Any) -> None:
        _begin_anew(self)
        super().request(*what, **more)


def _begin_anew(connection: HTTPConnection) -> None:
    """A connection that was kept open still has what the last answer left over."""
    if connection.sock is not None:
        connection.sock.settimeout(connection.timeout)


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SealedPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Sealed


def connections_to(origin: str, many: int) -> urllib3.HTTPConnectionPool:
    """So many connections to one host, that stay open."""
    host = parse_url(origin)
    assert host.host is not None
    if host.scheme == "https":
        return _SealedPool(host.host, host.port, maxsize=many, block=True, ca_certs=certifi.where())
    return _PlainPool(host.host, host.port, maxsize=many, block=True)
