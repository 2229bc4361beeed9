"""A sandbox with one account, a clock that tests turn, and a stand-in for the bot behind a real port."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import xmltodict
from flask import Flask, Response, request
from flask.testing import FlaskClient
from wechatpy.crypto import WeChatCrypto

from bot.sandbox.courier import Pace
from bot.sandbox.platform import Platform
from bot.sandbox.serving import Served

TEACHER, MOTHER = "oTeacher000000000000000000001", "oMother0000000000000000000001"


@dataclass(frozen=True)
class Template:
    id: str
    title: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Account:
    name: str = "demo"
    appid: str = "wxsandbox00000001"
    secret: str = "invented-secret"
    token: str = "inventedToken"
    aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFI"
    original_id: str = "gh_sandbox0001"
    templates: dict[str, Template] = field(
        default_factory=lambda: {
            "visit": Template("tpl-visit", "家访通知", {"thing1": "student", "time2": "time", "name3": "teacher"}),
            "survey": Template("tpl-survey", "家访评价", {"thing1": "student"}),
        }
    )


class Clock:
    """The application's clock; `wall` is the real one, turned apart from it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)
        self.real = 1_795_000_000.0

    def now(self) -> datetime:
        return self.moment

    def wall(self) -> float:
        return self.real

    def turn(self, **step: float) -> None:
        self.moment += timedelta(**step)


class Bot:
    """Opens pushes with wechatpy, which is not what sealed them, and answers as a test says."""

    def __init__(self) -> None:
        self.account = Account()
        self.forget()

    def forget(self) -> None:
        self.pushes: list[dict[str, Any]] = []
        self.queries: list[dict[str, str]] = []
        self.answer: Callable[[dict[str, Any]], Any] = lambda push: "success"

    def receive(self) -> Any:
        if request.method == "GET":
            return request.args["echostr"]
        crypto = WeChatCrypto(self.account.token, self.account.aes_key, self.account.appid)
        asked = {name: request.args[name] for name in ("msg_signature", "timestamp", "nonce")}
        xml = crypto.decrypt_message(request.get_data(), *asked.values())
        push: dict[str, Any] = dict(xmltodict.parse(xml)["xml"])
        self.queries.append(dict(request.args))
        self.pushes.append(push)
        return self.answer(push)

    def seal(self, xml: str) -> Response:
        crypto = WeChatCrypto(self.account.token, self.account.aes_key, self.account.appid)
        body = crypto.encrypt_message(xml, request.args["nonce"], "1795000000")
        return Response(body, content_type="application/xml")

    def say(self, words: str) -> Callable[[dict[str, Any]], Response]:
        """Always answer with that text."""
        return lambda push: self.seal(
            f"<xml><ToUserName>{push['FromUserName']}</ToUserName><FromUserName>{push['ToUserName']}</FromUserName>"
            f"<CreateTime>1</CreateTime><MsgType>text</MsgType><Content><![CDATA[{words}]]></Content></xml>"
        )

    def sleep(self, seconds: float) -> str:
        time.sleep(seconds)
        return "success"


@pytest.fixture(scope="session")
def _webhook() -> Iterator[tuple[Bot, str]]:
    bot, app = Bot(), Flask("stand-in")
    app.add_url_rule("/wechat", "receive", bot.receive, methods=["GET", "POST"])
    served = Served(app)
    yield bot, f"{served.url}/wechat"
    served.close()


@pytest.fixture
def bot(_webhook: tuple[Bot, str]) -> Bot:
    _webhook[0].forget()
    return _webhook[0]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform(bot: Bot, clock: Clock, _webhook: tuple[Bot, str]) -> Iterator[Platform]:
    """A teacher and a mother follow; nothing was said and no window is open."""
    pace = Pace(deadline=0.3, pause=0.0, hang=0.3, event_delay=60)
    made = Platform([bot.account], clock.now, lambda account: _webhook[1], pace=pace, wall=clock.wall)
    made.add_phone("demo", TEACHER, "王敏", following=True)
    made.add_phone("demo", MOTHER, "张小明妈妈", following=True)
    yield made
    made.close()


class Api:
    """The bot's side of the API, with a good token."""

    def __init__(self, client: FlaskClient, platform: Platform) -> None:
        self.client = client
        self.token = platform.tokens.stable("demo")[0]

    def post(self, path: str, body: dict[str, Any] | bytes) -> dict[str, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        answer = self.client.post(f"{path}?access_token={self.token}", data=raw)
        assert answer.status_code == 200
        read: dict[str, Any] = answer.get_json()
        return read

    def get(self, path: str, **args: str) -> dict[str, Any]:
        read: dict[str, Any] = self.client.get(path, query_string={"access_token": self.token, **args}).get_json()
        return read

    def send_text(self, openid: str, words: str = "hello") -> int:
        body = {"touser": openid, "msgtype": "text", "text": {"content": words}}
        return int(self.post("/cgi-bin/message/custom/send", body)["errcode"])

    def send_template(self, openid: str, template_id: str = "tpl-survey", **more: Any) -> dict[str, Any]:
        body = {"touser": openid, "template_id": template_id, "data": {"thing1": {"value": "x"}}}
        return self.post("/cgi-bin/message/template/send", body | more)


@pytest.fixture
def api(platform: Platform) -> Api:
    return Api(platform.api().test_client(), platform)


@pytest.fixture
def teacher() -> str:
    return TEACHER


@pytest.fixture
def mother() -> str:
    return MOTHER
