"""Calls out to WeChat: wechatpy's client on a wire of our own, which never takes silence for success."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from wechatpy import WeChatClient

from bot.config import Account
from bot.wechat.errcodes import TOKEN_CODES, Then, meaning
from bot.wechat.token import AccessToken
from bot.wechat.wire import Call, Http, SendError, download, exchange

__all__ = ["SendError", "WeChat", "connect"]

DEADLINE = 10.0  #: seconds a call may take in all, the token's included
_LASTING = frozenset({Then.SWITCH, Then.CLOSE_WINDOW, Then.UNREACHABLE, Then.GIVE_UP, Then.IGNORE})


def connect(redis_url: str) -> redis.Redis:
    """Redis for what may be lost; it is never waited for long."""
    return redis.Redis.from_url(redis_url, socket_connect_timeout=0.2, socket_timeout=0.2, retry=Retry(NoBackoff(), 0))


class WeChat(WeChatClient):  # type: ignore[misc]
    """One account's API, for any number of threads of one process."""

    def __init__(
        self, account: Account, store: redis.Redis | None, deadline: float = DEADLINE, connections: int = 32
    ) -> None:
        super().__init__(account.appid, account.secret, timeout=deadline, auto_retry=False)
        self.account = account
        self._base = f"{account.api_base.rstrip('/')}/cgi-bin/"
        self._deadline = deadline
        self._http = Http(connections)
        self._tokens = AccessToken(account, store, self._fetch_token)

    def send_text(self, openid: str, text: str) -> None:
        """A customer-service message (客服消息)."""
        self._sent("message/custom/send", {"touser": openid, "msgtype": "text", "text": {"content": text}})

    def send_template(self, openid: str, template: str, fields: Mapping[str, str], client_msg_id: str) -> str:
        """A template message (模板消息); one `client_msg_id` goes once in ten minutes. Returns its msgid."""
        data = {name: {"value": value} for name, value in fields.items()}
        body = {"touser": openid, "template_id": template, "client_msg_id": client_msg_id, "data": data}
        return str(self._sent("message/template/send", body).get("msgid", ""))

    def send_subscription(self, openid: str, template: str, fields: Mapping[str, str]) -> str:
        """A subscription message (订阅通知), which uses one permit up. Returns its msgid, where one is told."""
        data = {name: {"value": value} for name, value in fields.items()}
        told = self._sent("message/subscribe/bizsend", {"touser": openid, "template_id": template, "data": data})
        return str(told.get("msgid", ""))

    def create_menu(self, buttons: list[dict[str, Any]]) -> None:
        """The account's menu below the chat."""
        self._sent("menu/create", {"button": buttons})

    def create_qr(self, scene: str, seconds: int) -> tuple[str, str]:
        """The ticket and the address of a code that opens the account with this scene."""
        scenes = {"scene": {"scene_str": scene}}
        body = {"action_name": "QR_STR_SCENE", "expire_seconds": seconds, "action_info": scenes}
        made = self.post("qrcode/create", data=body)
        return str(made.get("ticket", "")), str(made.get("url", ""))

    def templates(self) -> list[dict[str, Any]]:
        """The templates that the account has."""
        listed = self.get("template/get_all_private_template").get("template_list", [])
        return [entry for entry in listed if isinstance(entry, dict)]

    def user_info(self, openid: str) -> dict[str, Any]:
        """What the platform says of a follower: whether she follows, and her unionid."""
        known: dict[str, Any] = self.get("user/info", params={"openid": openid, "lang": "zh_CN"})
        return known

    def medium(self, media_id: str) -> bytes:
        """What somebody sent as voice or picture; it lies at the platform for three days."""
        deadline = time.monotonic() + self._deadline
        token = self._tokens.get(deadline)
        got = self._downloaded(media_id, token, deadline)
        if isinstance(got, dict) and got.get("errcode") in TOKEN_CODES:
            got = self._downloaded(media_id, self._tokens.instead_of(token, deadline), deadline)
        if isinstance(got, dict):
            _checked(got)
            raise SendError(None, "no medium in the answer")
        return got

    @property
    def access_token(self) -> str:
        return self._tokens.get(time.monotonic() + self._deadline)

    def fetch_access_token(self) -> dict[str, Any]:
        return self._fetch_token(False, time.monotonic() + self._deadline)

    def _sent(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = self.post(path, data=body)
        if told.get("errcode") != 0:
            raise SendError(None, "no errcode in the answer", unknown=True)
        return told

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        """Every call of wechatpy's own methods comes through here as well."""
        deadline = time.monotonic() + self._deadline
        token = self._tokens.get(deadline)
        told = self._exchange(method, url_or_endpoint, token, deadline, kwargs)
        if told.get("errcode") in TOKEN_CODES:
            token = self._tokens.instead_of(token, deadline)
            told = self._exchange(method, url_or_endpoint, token, deadline, kwargs)
        process = kwargs.get("result_processor")
        checked = _checked(told)
        return process(checked) if process else checked

    def _exchange(self, method: str, path: str, token: str, deadline: float, what: Mapping[str, Any]) -> dict[str, Any]:
        url = path if path.startswith("http") else self._base + path
        asked, body = {"access_token": token, **(what.get("params") or {})}, what.get("data")
        return exchange(
            self._http, Call(method.upper(), url, asked, _utf8(body) if body is not None else None), deadline
        )

    def _downloaded(self, media_id: str, token: str, deadline: float) -> bytes | dict[str, Any]:
        asked = {"access_token": token, "media_id": media_id}
        return download(self._http, Call("GET", self._base + "media/get", asked), deadline)

    def _fetch_token(self, force: bool, deadline: float) -> dict[str, Any]:
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret, "force_refresh": force}
        try:
            told = exchange(self._http, Call("POST", self._base + "stable_token", {}, _utf8(body)), deadline)
        except SendError as error:
            # Nothing was sent yet, whatever became of the token.
            raise SendError(None, f"token: {error}") from None
        return _checked(told)


def _utf8(body: Mapping[str, Any]) -> bytes:
    # The menu refuses \uXXXX, templates may.
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "ignore")


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    """Good is errcode 0, or an answer that documents none."""
    errcode = told.get("errcode", 0)
    if not isinstance(errcode, int) or isinstance(errcode, bool):
        raise SendError(None, "errcode is no number", unknown=True)
    if errcode != 0:
        raise SendError(errcode, str(told.get("errmsg", "")), permanent=meaning(errcode).then in _LASTING)
    return told
