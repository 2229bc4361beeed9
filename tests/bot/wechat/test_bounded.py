"""Our own connections say and understand what the library's would, in fewer steps."""

from __future__ import annotations

import socket
from http.client import HTTPResponse
from typing import Any

import pytest

from bot.wechat.bounded import connections_to

CONNECTION = connections_to("http://api.test", 1).ConnectionCls
ANSWERS = {
    "as WeChat gives it": b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Type: application/json; "
    b"encoding=utf-8\r\nDate: Sat, 28 Nov 2026 07:00:00 GMT\r\nContent-Length: 13\r\n\r\n{\"errcode\":0}",
    "with nothing to read": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "cut off": b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"err",
    "the last one": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    "without its length": b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{}",
    "in chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "in chunks, and with a length": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"2\r\n{}\r\n0\r\n\r\n",
    "of two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}1",
    "of no length": b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
    "with a folded line": b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
    "with a line of its own kind": b"HTTP/1.1 200 OK\r\nnothing\r\nContent-Length: 2\r\n\r\n{}",
    "after a hundred": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "an older one": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "a refusal": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno",
}  # fmt: skip


def understood(kind: type[HTTPResponse], answer: bytes) -> dict[str, Any]:
    near, far = socket.socketpair()
    with near, far:
        far.sendall(answer)
        far.shutdown(socket.SHUT_WR)
        near.settimeout(5.0)
        response = kind(near, method="POST")
        response.begin()
        known = {name: getattr(response, name) for name in ("version", "status", "reason", "chunked", "will_close")}
        return known | {"length": response.length, "head": response.getheaders(), "body": response.read(64)}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_understood_as_the_library_does(name):
    assert understood(CONNECTION.response_class, ANSWERS[name]) == understood(HTTPResponse, ANSWERS[name])


class Line:
    """A connection that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def settimeout(self, seconds: object) -> None: ...

    def sendall(self, data: bytes) -> None:
        self.sent.append(data)


def test_a_question_goes_out_in_one_piece():
    connection = CONNECTION("api.test")
    connection.sock = line = Line()
    connection.request("POST", "/cgi-bin/menu/create", body=b"{}")
    (words,) = line.sent
    assert words.startswith(b"POST /cgi-bin/menu/create HTTP/1.1\r\n")
    assert words.endswith(b"\r\n\r\n{}")
