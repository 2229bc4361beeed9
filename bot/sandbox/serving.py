"""Serves an application on this machine only, in a thread."""

import threading

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    """Keeps connections open, and keeps quiet: the log panel shows every call."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


class Served:
    """An application behind a port of 127.0.0.1; port 0 takes a free one. `poll`: seconds until it notices its end."""

    def __init__(self, app: Flask, port: int = 0, poll: float = 0.1) -> None:
        self._server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(poll,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def serve_forever(app: Flask, port: int) -> None:
    """Serve in this thread until the process is asked to end."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    server.serve_forever(poll_interval=3600)
