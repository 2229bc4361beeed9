"""Faults that one switches on, as the bot's client meets them over the wire."""

from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from bot.sandbox.serving import Served


@pytest.fixture
def wire(platform: Any, api: Any) -> Iterator[Any]:
    """Sends a text over a real connection with a short patience; the status, or the error's name."""
    served = Served(platform.api())
    http = urllib3.PoolManager(retries=False, timeout=0.15)

    def send(openid: str, words: str = "hello") -> Any:
        body = {"touser": openid, "msgtype": "text", "text": {"content": words}}
        address = f"{served.url}/cgi-bin/message/custom/send?access_token={api.token}"
        try:
            return http.request("POST", address, json=body).data
        except urllib3.exceptions.HTTPError as error:
            return type(error).__name__

    yield send
    served.close()


def _shown(platform: Any, openid: str) -> list[str]:
    return [message.text for message in platform.messages(openid) if message.sender == "account"]


def test_a_timeout_delivers_and_never_answers(platform: Any, wire: Any, mother: str) -> None:
    platform.type(mother, "老师好")
    platform.fault("timeout")
    assert wire(mother, "一") == "ReadTimeoutError"
    assert b'"errcode": 0' in wire(mother, "二")
    assert _shown(platform, mother) == ["一", "二"]


def test_what_is_lost_is_neither_delivered_nor_answered(platform: Any, wire: Any, mother: str) -> None:
    platform.type(mother, "老师好")
    platform.fault("lost")
    assert wire(mother, "一") == "ReadTimeoutError"
    assert _shown(platform, mother) == []
    assert platform.windows.left(mother, platform.now())[0] == 5


@pytest.mark.parametrize(("kind", "starts"), [("html", b"<html>"), ("empty", b""), ("-1", b'{"errcode": -1')])
def test_a_strange_answer_delivers_nothing(platform: Any, wire: Any, mother: str, kind: str, starts: bytes) -> None:
    platform.type(mother, "老师好")
    platform.fault(kind, 2)
    answers = [wire(mother) for _ in range(3)]
    assert [answer.startswith(starts) and b'"errcode": 0' not in answer for answer in answers] == [True, True, False]
    assert _shown(platform, mother) == ["hello"]


def test_a_fault_waits_for_its_channel_and_its_person(platform: Any, api: Any, mother: str, teacher: str) -> None:
    platform.type(mother, "老师好")
    platform.type(teacher, "你好")
    platform.fault(45009, 1, "custom", mother)
    assert api.send_template(mother)["errcode"] == 0
    assert api.send_text(teacher) == 0
    assert [api.send_text(mother) for _ in range(2)] == [45009, 0]


def test_unknown_faults_are_refused_and_known_ones_can_be_cleared(platform: Any, api: Any, mother: str) -> None:
    for kind, times, channel in (("weather", 1, None), ("45015", 0, None), ("45015", 1, "post")):
        with pytest.raises(ValueError, match=r"no such|a fault for"):
            platform.fault(kind, times, channel)
    platform.fault("45009")
    platform.clear_faults()
    platform.type(mother, "老师好")
    assert api.send_text(mother) == 0
