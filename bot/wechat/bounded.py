"""Connections to WeChat that read no longer than they were given: a line that comes byte by byte holds up no sender."""

from __future__ import annotations

import http.client
import io
import re
import socket
import time
from typing import Any

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import parse_url

#: The head of an answer as it usually is: well and in the simplest form.
_PLAIN = re.compile(rb"HTTP/1\.1 200 OK\r\n((?:[\w-]+: [ -~]*\r\n)+)\r\n")


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

    def begin(self) -> None:
        """The usual head is taken as it stands: the library reads an e-mail's, at a sixth of what a message costs."""
        found = _PLAIN.match(self.fp.peek())
        lines = [line.split(": ", 1) for line in found[1].decode("ascii").splitlines()] if found else []
        said = {name.lower(): value for name, value in lines}
        length, connection = said.get("content-length", ""), said.get("connection", "keep-alive")
        framed = length.isdigit() and "transfer-encoding" not in said and len(said) == len(lines)
        if not found or not framed or connection.lower() != "keep-alive":
            super().begin()
            return
        self.fp.read(found.end())
        self.version, self.status, self.reason = 11, 200, "OK"
        self.headers = self.msg = http.client.HTTPMessage()
        for name, value in lines:
            self.headers[name] = value
        self.chunked, self.will_close, self.length = False, False, int(length)


class _Plain(HTTPConnection):
    """A question goes out in one piece: sent after its headers, its body would be a packet of its own."""

    response_class = _Answer
    _held: list[bytes] | None = None

    def request(self, *what: Any, **more: Any) -> None:
        if self.sock is not None:
            # A connection that was kept open still has what the last answer left over.
            self.sock.settimeout(self.timeout)
        held = self._held = []
        try:
            super().request(*what, **more)
        finally:
            self._held = None
        self.send(b"".join(held))

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)


class _Sealed(_Plain, HTTPSConnection):
    """The same, encrypted."""


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
