"""A small api.weixin.qq.com for tests: it keeps what it was asked and answers as it was told."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

OK = {"errcode": 0, "errmsg": "ok"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # with the usual five, a burst of connections waits a second


class FakeWeChat:
    """`answers` are given in order, then `usual`; each is a dict (as JSON), raw bytes, or a callable of the handler."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str], Any]] = []
        self.answers: deque[Any] = deque()
        self.usual: Any = OK
        self.tokens: list[bool] = []  #: every fetch, and whether it was forced
        self.token = 0
        self.token_answer: Any = None
        self.token_delay = self.delay = 0.0
        self.connections = 0
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def sent(self, path: str = "message") -> list[dict[str, Any]]:
        return [body for asked, _, body in self.calls if path in asked]

    def _stable_token(self, body: dict[str, Any]) -> Any:
        self.tokens.append(bool(body.get("force_refresh")))
        time.sleep(self.token_delay)
        if body.get("force_refresh") or not self.token:
            self.token += 1
        if self.token_answer is not None:
            return self.token_answer
        return {"access_token": f"token-{self.token}", "expires_in": 7200}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                fake.connections += 1
                super().setup()

            def do_POST(self) -> None:
                asked = urlsplit(self.path)
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                body = json.loads(raw) if raw else None
                if asked.path.endswith("/stable_token"):
                    self.answer(fake._stable_token(body))
                    return
                fake.calls.append((asked.path, {k: v[0] for k, v in parse_qs(asked.query).items()}, body))
                time.sleep(fake.delay)
                answer = fake.answers.popleft() if fake.answers else fake.usual
                if callable(answer):
                    answer(self)
                else:
                    self.answer(answer)

            do_GET = do_POST  # noqa: N815 - the server calls it so

            def answer(self, what: Any, status: int = 200, **headers: str) -> None:
                raw = what if isinstance(what, bytes) else json.dumps(what).encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(raw)), **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *args: Any) -> None:
                return

        return Handler
