"""The two doors that are compared, each in a process of its own under the server that a school runs."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask, Response, request
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply

from bot import process
from bot.config import Account, Config, load
from bot.server import keep_to_core, serve

START = 20.0  #: seconds that a door may take to open


def echo(account: Account) -> Flask:
    """The bare floor: wechatpy decrypts, says the same words back, encrypts."""
    app = Flask("echo", static_folder=None)
    crypto = WeChatCrypto(account.token, account.aes_key, account.appid)

    @app.post("/wechat/<name>")
    def push(name: str) -> Response:
        asked = request.args
        xml = crypto.decrypt_message(request.get_data(), asked["msg_signature"], asked["timestamp"], asked["nonce"])
        message = parse_message(xml)
        reply = create_reply(message.content, message).render()
        return Response(crypto.encrypt_message(reply, asked["nonce"], asked["timestamp"]), mimetype="application/xml")

    return app


def ours(config: Config) -> Flask:
    """The whole application."""
    from bot.app import create_app

    return create_app(config)


@contextmanager
def opened(kind: str, port: int, config: Config, number: int | None = None) -> Iterator[str]:
    """A door for as long as the block lasts; its address. Where there are several it has a number."""
    command = [sys.executable, "-m", "bot.cli.bench.doors", kind, str(port), *([] if number is None else [str(number)])]
    door = subprocess.Popen(command, env=os.environ | {"JIAFANG_CONFIG": str(config.source)})
    try:
        _wait(f"http://127.0.0.1:{port}", door)
        yield f"http://127.0.0.1:{port}"
    finally:
        door.terminate()
        door.wait(15)


def _wait(url: str, door: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and door.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            try:
                urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - our own address
            except urllib.error.HTTPError:
                return
        time.sleep(0.05)
    raise click.ClickException("a door of the benchmark did not open")


def main(kind: str, port: int, number: int | None = None) -> None:
    """One door's process."""
    if number is not None:
        keep_to_core(number)
    config = process.begin(load(), "bench")
    account = next(iter(config.wechat.values()))
    serve(lambda: ours(config) if kind == "ours" else echo(account), "127.0.0.1", port, config.web.threads)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
