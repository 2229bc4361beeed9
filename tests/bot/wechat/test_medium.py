"""What people send is fetched whole and bounded, and a refusal is never taken for a voice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.config import Account
from bot.wechat.client import SendError, WeChat
from tests.fake_wechat import FakeWeChat


@pytest.fixture
def fake() -> Iterator[FakeWeChat]:
    fake = FakeWeChat()
    yield fake
    fake.close()


@pytest.fixture
def client(account: Account, fake: FakeWeChat) -> WeChat:
    return WeChat(replace(account, api_base=fake.url), None, deadline=1.0)


def test_the_bytes_come_as_they_are(client, fake):
    fake.usual = b"#!AMR-WB\n" + bytes(range(256)) * 4000
    assert client.medium("m16") == fake.usual
    ((path, query, _),) = fake.calls
    assert (path, query) == ("/cgi-bin/media/get", {"access_token": "token-1", "media_id": "m16"})


def test_a_token_that_has_run_out_is_renewed_once(client, fake):
    fake.answers.extend([{"errcode": 42001, "errmsg": "expired"}, b"#!AMR"])
    assert client.medium("m16") == b"#!AMR"
    assert [query["access_token"] for _, query, _ in fake.calls] == ["token-1", "token-2"]


def page(handler: Any) -> None:
    handler.answer(b"a proxy says no", Content_Type="text/plain")


REFUSED = {
    "an id that is too old": ({"errcode": 40007, "errmsg": "invalid media_id"}, 40007, True),
    "a moment's trouble": ({"errcode": -1, "errmsg": "system error"}, -1, False),
    "a film's address": ({"video_url": "http://127.0.0.1/film"}, None, False),
    "nothing": (b"", None, False),
    "a proxy's page": (b"<html>", None, False),
    "a proxy's words": (page, None, False),
    "more than a voice can have": (b"#" * (2 * 1024 * 1024 + 1), None, False),
    "an error's status": (lambda handler: handler.answer(b"#!AMR", 500), None, False),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_no_voice(client, fake, name):
    answer, errcode, permanent = REFUSED[name]
    fake.usual = answer
    with pytest.raises(SendError) as refusal:
        client.medium("m16")
    assert (refusal.value.errcode, refusal.value.permanent) == (errcode, permanent)
