"""One HTTP exchange with WeChat's API: bounded in time and size, and read without trust (rel.I16)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import ConnectTimeoutError, EmptyPoolError, HTTPError, NewConnectionError, SSLError

from bot.wechat.bounded import connections_to

CONNECT = 3.0  #: seconds
LARGEST = 1024 * 1024
LARGEST_MEDIUM = 2 * 1024 * 1024  #: a voice of a minute has a tenth of it
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_SECRET = re.compile(r"((?:access_token|secret|appsecret|js_code)[\"'=:\s]+)[^&\"'\s,})]+", re.IGNORECASE)
_OPENID = re.compile(r"\bo[\w-]{20,40}\b")
_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
#: Without a connection nothing can have been received.
_NEVER_LEFT = (ConnectTimeoutError, EmptyPoolError, NewConnectionError, SSLError)
#: A gateway that gave up waiting: what stood behind it may have done its work.
_GATEWAY_LOST = (502, 504)


class SendError(Exception):
    """WeChat did not say that it was done.

    `permanent`: the same call will not succeed. `unknown`: it may have been done all the same.
    """

    def __init__(self, errcode: int | None, words: str = "", *, permanent: bool = False, unknown: bool = False) -> None:
        super().__init__(scrub(words) if errcode is None else f"{errcode}: {scrub(words)}")
        self.errcode, self.permanent, self.unknown = errcode, permanent, unknown


def scrub(words: str) -> str:
    """The words without tokens, secrets, openids and telephone numbers."""
    words = _SECRET.sub(r"\1***", words)
    return _PHONE.sub("***", _OPENID.sub("***", words))[:200]


@dataclass(frozen=True)
class Call:
    """What is asked of the platform."""

    method: str
    url: str
    params: Mapping[str, str]
    body: bytes | None = None


class Http:
    """Kept-alive connections for as many threads to each host; no proxy, and no retry of its own."""

    def __init__(self, connections: int = 32) -> None:
        self._connections = connections
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}

    def to(self, url: str) -> tuple[urllib3.HTTPConnectionPool, str]:
        """The connections to where the address leads, and what is to be asked for there."""
        end = url.find("/", url.find("//") + 2)
        origin = url[:end]
        if origin not in self._pools:
            self._pools.setdefault(origin, connections_to(origin, self._connections))
        return self._pools[origin], url[end:]


def exchange(http: Http, call: Call, deadline: float) -> dict[str, Any]:
    """The JSON object that came back; `deadline` is a moment of `time.monotonic`.

    Raises `SendError(None)` for everything else, `unknown` where the call may have got through.
    """
    status, _, body = _answer(http, call, deadline, LARGEST)
    return _judged(status, body)


def download(http: Http, call: Call, deadline: float) -> bytes | dict[str, Any]:
    """What somebody sent, as bytes; or the JSON object that came in its stead. Raises as `exchange` does."""
    status, kind, body = _answer(http, call, deadline, LARGEST_MEDIUM)
    # A refusal comes with 200, as JSON that is called text; a page of text comes from something in between.
    words = kind.startswith("text/") or "json" in kind or body[:1] in (b"", b"{", b"<")
    if status != 200 or words:
        return _judged(status, body)
    return body


def _answer(http: Http, call: Call, deadline: float, largest: int) -> tuple[int, str, bytes]:
    """The status, the kind of content and the content."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise SendError(None, "no time left")
    try:
        connections, path = http.to(call.url)
        response = connections.urlopen(
            call.method,
            f"{path}?{urlencode(call.params)}" if call.params else path,
            body=call.body,
            headers=_JSON if call.body is not None else None,
            timeout=urllib3.Timeout(total=left, connect=min(CONNECT, left)),
            pool_timeout=left,  # type: ignore[arg-type]  # seconds of any kind
            retries=False,
            redirect=False,
            preload_content=False,
        )
        with closing(response):
            return response.status, response.headers.get("Content-Type", "").lower(), _read(response, deadline, largest)
    except _NEVER_LEFT as error:
        raise SendError(None, type(error).__name__) from None
    except (OSError, HTTPError) as error:
        raise SendError(None, type(error).__name__, unknown=True) from None


def _read(response: urllib3.BaseHTTPResponse, deadline: float, largest: int) -> bytes:
    parts, size = [], 0
    while part := response.read1(65536, decode_content=True):
        size += len(part)
        parts.append(part)
        if size > largest:
            raise SendError(None, "the answer is too large")
        if time.monotonic() > deadline:
            raise SendError(None, "the answer came too slowly", unknown=True)
    return b"".join(parts)


def _judged(status: int, body: bytes) -> dict[str, Any]:
    if status != 200:
        raise SendError(None, f"HTTP {status}", unknown=status in _GATEWAY_LOST)
    try:
        result = json.loads(body)
    except ValueError:
        # A broken-off object is WeChat's own; a page or nothing at all comes from something in between.
        raise SendError(None, "not JSON", unknown=body.lstrip().startswith(b"{")) from None
    if not isinstance(result, dict):
        raise SendError(None, "not a JSON object")
    return result
