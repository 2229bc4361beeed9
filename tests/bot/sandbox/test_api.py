"""What the stand-in for api.weixin.qq.com accepts and how it refuses."""

import re
from typing import Any

import pytest

RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")


def test_refusals_bear_a_number_to_ask_about_and_successes_of_get_no_errcode(api: Any) -> None:
    assert RID.search(api.get("/cgi-bin/menu/get")["errmsg"])
    assert api.get("/cgi-bin/getcallbackip") == {"ip_list": ["127.0.0.1"]}
    assert api.get("/cgi-bin/no/such/path")["errcode"] == 40066


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        ("/cgi-bin/menu/create", rb'{"button":[{"type":"click","name":"\u6211","key":"me"}]}', 40033),
        ("/cgi-bin/menu/create", b'{"button":[]}', 40016),
        ("/cgi-bin/menu/create", '{"button":[{"type":"click","name":"我我我我我我","key":"me"}]}'.encode(), 40018),
        ("/cgi-bin/menu/create", b'{"button":[{"type":"click","name":"me"}]}', 40019),
        ("/cgi-bin/menu/create", b'{"button":[{"type":"sing","name":"me"}]}', 40017),
        ("/cgi-bin/message/template/send", rb'{"data":{"thing1":{"value":"\u6211"}}}', 47002),
        ("/cgi-bin/message/custom/send", b"", 44002),
        ("/cgi-bin/message/custom/send", b"[]", 47001),
        ("/cgi-bin/message/custom/send", b"{nonsense", 47001),
        ("/cgi-bin/qrcode/create", b'{"action_name":"QR"}', 40052),
        ("/cgi-bin/qrcode/create", b'{"action_name":"QR_STR_SCENE","action_info":{}}', 40053),
        ("/cgi-bin/openapi/quota/get", b'{"cgi_path":"/cgi-bin/none"}', 76021),
    ],
)
def test_a_bad_body_is_refused_by_number(api: Any, path: str, body: bytes, errcode: int) -> None:
    assert api.post(path, body)["errcode"] == errcode


def test_escaped_chinese_reaches_the_phone_as_escapes(api: Any, platform: Any, mother: str) -> None:
    platform.type(mother, "老师好")
    body = rb'{"touser":"%s","msgtype":"text","text":{"content":"\u597d\n1"}}' % mother.encode()
    assert api.post("/cgi-bin/message/custom/send", body)["errcode"] == 0
    assert platform.messages(mother)[-1].text == "\\u597d\n1"


def test_too_long_a_text_and_strange_types_are_refused(api: Any, platform: Any, mother: str) -> None:
    platform.type(mother, "老师好")
    assert api.send_text(mother, "字" * 683) == 45002
    assert api.send_text(mother, " ") == 44004
    strange = {"touser": mother, "msgtype": "hologram", "hologram": {}}
    assert api.post("/cgi-bin/message/custom/send", strange)["errcode"] == 40008


def test_a_code_is_drawn_and_expires(api: Any, platform: Any, bot: Any, clock: Any, mother: str) -> None:
    scene = {"scene": {"scene_str": "7F3K9Q"}}
    body = {"action_name": "QR_STR_SCENE", "expire_seconds": 600, "action_info": scene}
    made = api.post("/cgi-bin/qrcode/create", body)
    drawing = api.client.get("/cgi-bin/showqrcode", query_string={"ticket": made["ticket"]})
    assert drawing.mimetype == "image/svg+xml"
    platform.scan(mother, "7F3K9Q")
    assert bot.pushes[-1]["Ticket"] == made["ticket"]
    clock.turn(minutes=10)
    assert platform.scan(mother, "7F3K9Q")[0].text == "二维码已过期"
    assert len(bot.pushes) == 1


def test_user_info_tells_an_id_and_no_name(api: Any, platform: Any, mother: str) -> None:
    info = api.get("/cgi-bin/user/info", openid=mother)
    assert info["subscribe"] == 1
    assert info["unionid"]
    assert "nickname" not in info
    platform.unfollow(mother)
    assert api.get("/cgi-bin/user/info", openid=mother) == {"subscribe": 0, "openid": mother}


def test_a_login_code_works_once(api: Any, platform: Any, mother: str) -> None:
    query = {"appid": "wxsandbox00000001", "secret": "invented-secret", "grant_type": "authorization_code"}
    code = platform.login_code(mother, "demo")
    answers = [api.client.get("/sns/jscode2session", query_string=query | {"js_code": code}).get_json() for _ in "ab"]
    assert answers[0]["openid"] == mother
    assert answers[0]["unionid"] == api.get("/cgi-bin/user/info", openid=mother)["unionid"]
    assert answers[1]["errcode"] == 40163


def test_the_days_quota_runs_down_and_comes_back(api: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.sandbox import quotas

    monkeypatch.setitem(quotas.DAILY, "/cgi-bin/getcallbackip", 2)
    assert ["errcode" in api.get("/cgi-bin/getcallbackip") for _ in range(3)] == [False, False, True]
    left = api.post("/cgi-bin/openapi/quota/get", {"cgi_path": "/cgi-bin/getcallbackip"})["quota"]
    assert left == {"daily_limit": 2, "used": 2, "remain": 0}
    clock.turn(days=1)
    assert "ip_list" in api.get("/cgi-bin/getcallbackip")


def test_the_webhook_can_be_checked(api: Any) -> None:
    checked = api.post("/cgi-bin/callback/check", {"action": "all", "check_operator": "DEFAULT"})
    assert checked["ping"][0]["package_loss"] == "0%"


def test_the_log_keeps_no_secret(api: Any, platform: Any) -> None:
    login = {"grant_type": "client_credential", "appid": "wxsandbox00000001", "secret": "invented-secret"}
    token = api.client.post("/cgi-bin/stable_token", json=login).get_json()["access_token"]
    api.get("/cgi-bin/getcallbackip")
    written = "".join(entry.sent + entry.answered for entry in platform.log.all())
    assert "wxsandbox00000001" in written
    assert "invented-secret" not in written
    assert token not in written
