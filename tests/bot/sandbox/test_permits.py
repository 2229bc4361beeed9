"""One accept buys one subscription message."""

from typing import Any

import pytest

SEND = "/cgi-bin/message/subscribe/bizsend"


def _send(api: Any, openid: str) -> int:
    body = {"touser": openid, "template_id": "tpl-survey", "data": {"thing1": {"value": "张小明"}}}
    return int(api.post(SEND, body | {"page": ""})["errcode"])


def test_each_accept_is_used_up_by_one_send(api: Any, platform: Any, mother: str) -> None:
    assert _send(api, mother) == 43101
    platform.subscribe(mother, "survey")
    platform.subscribe(mother, "survey")
    assert [_send(api, mother) for _ in range(3)] == [0, 0, 43101]


def test_a_rejection_buys_nothing_and_is_pushed(api: Any, platform: Any, bot: Any, mother: str) -> None:
    platform.subscribe(mother, "survey", accept=False)
    assert _send(api, mother) == 43101
    chosen = bot.pushes[-1]["SubscribeMsgPopupEvent"]["List"]
    assert (chosen["TemplateId"], chosen["SubscribeStatusString"]) == ("tpl-survey", "reject")


def test_a_permit_reaches_somebody_who_unfollowed(api: Any, platform: Any, mother: str) -> None:
    platform.subscribe(mother, "survey")
    platform.unfollow(mother)
    assert _send(api, mother) == 0
    assert platform.messages(mother)[-1].text == "家访评价\n学生姓名: 张小明"


def test_the_outcome_is_pushed_afterwards(api: Any, platform: Any, bot: Any, mother: str) -> None:
    platform.subscribe(mother, "survey")
    _send(api, mother)
    assert bot.pushes[-1]["Event"] == "subscribe_msg_popup_event"
    assert platform.settle()
    assert bot.pushes[-1]["SubscribeMsgSentEvent"]["List"]["ErrorStatus"] == "success"


def test_a_permit_is_for_one_template_and_a_known_one(api: Any, platform: Any, mother: str) -> None:
    platform.subscribe(mother, "visit")
    assert _send(api, mother) == 43101
    with pytest.raises(LookupError, match="visit, survey"):
        platform.subscribe(mother, "weather")
