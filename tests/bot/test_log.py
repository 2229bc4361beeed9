"""Neither secrets nor people nor their words are in the log, whoever writes it (rel.T20)."""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa

from bot import log
from bot.config import Account, Config, Log
from models.base import make_engine

OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXY-_"
CANARIES = {
    "secret": "canarysecret0001",
    "token": "canarytoken00001",
    "aes key": "CanaryKeyCanaryKeyCanaryKeyCanaryKeyCanaryK",
    "access token": "90_canaryaccesstoken",
    "openid": OPENID,
    "telephone": "13800001234",
    "spaced telephone": "138 0000 5678",
    "landline": "0571-88880000",
    "identity number": "110101201501011234",
    "words": "孩子最近情绪不好",
    "name": "张小明",
}
LINES = [
    f"GET /wechat/main?signature=abc&openid={OPENID}&nonce=1 200",
    "https://api.weixin.qq.com/cgi-bin/token?grant_type=client_credential&secret=canarysecret0001 timed out",
    "{'access_token': '90_canaryaccesstoken', 'expires_in': 7200}",
    '{"access_token":"90_canaryaccesstoken","session_key": "canarysecret0001"}',
    f"the send to {OPENID} failed (13800001234, 138 0000 5678, 0571-88880000, 110101201501011234)",
    "<xml><Content><![CDATA[call 13800001234: 孩子最近情绪不好]]></Content></xml>",
    "INSERT INTO student VALUES (?)\n[parameters: ('张小明', '13800001234')]\n(Background on this error)",
    "token=canarytoken00001, aes_key: CanaryKeyCanaryKeyCanaryKeyCanaryKeyCanaryK",
    "bare canarytoken00001 and CanaryKeyCanaryKeyCanaryKeyCanaryKeyCanaryK and canarysecret0001",
]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Everything that the log has written, by whichever handler."""
    stream = StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    handlers, level, factory = root.handlers[:], root.level, logging.getLogRecordFactory()
    hooks = sys.excepthook
    account = Account(
        name="main",
        appid="wx1234567890abcdef",
        secret=CANARIES["secret"],
        token=CANARIES["token"],
        aes_key=CANARIES["aes key"],
    )
    config = Config(Path(), Path(), Path(), log=Log(level="debug"), wechat={"main": account})
    log.begin(config, "test")
    # A library that brings a handler of its own.
    other = logging.StreamHandler(stream)
    logging.getLogger("library").addHandler(other)
    yield stream.getvalue
    logging.getLogger("library").removeHandler(other)
    logging.captureWarnings(False)
    logging.setLogRecordFactory(factory)
    root.handlers[:], sys.excepthook = handlers, hooks
    root.setLevel(level)


def clean(text: str) -> bool:
    assert text
    found = [name for name, canary in CANARIES.items() if canary in text]
    assert found == []
    return True


@pytest.mark.rule("rel.T20")
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("logger", ["jiafang", "library", "urllib3", "werkzeug", "gunicorn.error", "rq.worker"])
def test_no_canary_gets_through_a_message(written: Callable[[], str], logger: str, line: str) -> None:
    logging.getLogger(logger).warning(line)
    logging.getLogger(logger).warning("with an argument: %s %r", line, {"what": line})
    logging.getLogger(logger).warning("with a key", extra={"what": line})
    assert clean(written())


@pytest.mark.rule("rel.T20")
@pytest.mark.parametrize("logger", ["jiafang", "library"])
def test_no_canary_gets_through_a_traceback(written: Callable[[], str], logger: str) -> None:
    for line in LINES:
        try:
            raise ValueError(line)
        except ValueError as error:
            logging.getLogger(logger).exception("failed: %s", error)
            sys.excepthook(ValueError, error, error.__traceback__)
    warnings.warn(LINES[4], stacklevel=1)
    assert "Traceback" in written()
    assert clean(written())


@pytest.mark.rule("rel.T20")
def test_no_canary_gets_through_a_database_error(written: Callable[[], str]) -> None:
    try:
        with make_engine("sqlite://").connect() as connection:
            connection.execute(sa.text("INSERT INTO nowhere VALUES (:a, :b)"), {"a": "张小明", "b": "13800001234"})
    except sa.exc.SQLAlchemyError:
        logging.getLogger("jiafang").exception("the database")
    assert clean(written())


@pytest.mark.rule("rel.T20")
def test_no_canary_gets_through_a_real_call(written: Callable[[], str]) -> None:
    import requests

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Door)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/cgi-bin/token"
    requests.get(f"{address}?secret={CANARIES['secret']}&openid={OPENID}", timeout=5)
    server.shutdown()
    assert "/cgi-bin/token?…" in written()
    assert clean(written())


def test_a_line_is_json_with_its_extra_keys(written: Callable[[], str]) -> None:
    logging.getLogger("jiafang").info("sent", extra={"notification": 5})
    line = json.loads(written())
    assert (line["message"], line["level"], line["process"], line["notification"]) == ("sent", "info", "test", 5)


def test_the_same_person_has_the_same_mark_in_every_line() -> None:
    first, second = log.redact(f"pushed by {OPENID}"), log.redact(f"sent to {OPENID}")
    assert first.split()[-1] == second.split()[-1]
    assert first != log.redact(f"pushed by o{'x' * 27}")


@pytest.mark.parametrize(
    "line", ["visit 12 confirmed at 2026-11-28T15:00:00+08:00", "errcode 45015 rid: 5f-6a", "took 1.25 s"]
)
def test_what_is_harmless_stays(line: str) -> None:
    assert log.redact(line) == line


def test_wrong_arguments_do_not_silence_a_line(written: Callable[[], str]) -> None:
    logging.getLogger("jiafang").warning("%d visits", "many")
    assert "visits" in written()
