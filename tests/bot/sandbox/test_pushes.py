"""What people do reaches the bot, signed and encrypted, as the platform would push it."""

from typing import Any

import pytest

FAULT = "该公众号提供的服务出现故障，请稍后再试"


def test_a_typed_word_arrives_sealed_and_the_answer_stands_in_the_chat(platform: Any, bot: Any, mother: str) -> None:
    bot.answer = bot.say("您好，张小明妈妈")
    assert [message.text for message in platform.type(mother, "老师好 ]]> <b>")] == ["您好，张小明妈妈"]
    push = bot.pushes[0]
    assert (push["FromUserName"], push["MsgType"], push["Content"]) == (mother, "text", "老师好 ]]> <b>")
    assert bot.queries[0]["encrypt_type"] == "aes"
    assert bot.queries[0]["timestamp"] == str(int(platform.now().timestamp()))
    said = [(message.sender, message.text) for message in platform.messages(mother)]
    assert said == [("me", "老师好 ]]> <b>"), ("account", "您好，张小明妈妈")]


def test_success_and_an_empty_body_say_nothing(platform: Any, bot: Any, mother: str) -> None:
    for answer in ("success", ""):
        bot.answer = lambda push, answer=answer: answer
        assert platform.type(mother, "老师好") == ()


def test_what_is_slow_is_pushed_three_times_with_one_number_and_then_excused(
    platform: Any, bot: Any, mother: str
) -> None:
    bot.answer = lambda push: bot.sleep(0.5)
    assert [message.text for message in platform.type(mother, "老师好")] == [FAULT]
    assert len({push["MsgId"] for push in bot.pushes}) == 1
    assert len(bot.pushes) == 3


def test_a_second_attempt_may_succeed(platform: Any, bot: Any, mother: str) -> None:
    bot.answer = lambda push: ("busy", 503) if len(bot.pushes) == 1 else "success"
    assert platform.type(mother, "老师好") == ()
    assert [entry.good for entry in platform.log.all()] == [False, True]


def _changed(answer: Any, place: str) -> str:
    words: str = answer.get_data(as_text=True)
    assert place in words
    return words.replace(place, place + "1")


@pytest.mark.parametrize(
    "malformed",
    [
        pytest.param(lambda bot, push: {"ok": True}, id="json"),
        pytest.param(lambda bot, push: "<html>no</html>", id="html"),
        pytest.param(lambda bot, push: "<xml><Content>plain</Content></xml>", id="plain"),
        pytest.param(lambda bot, push: bot.seal("<xml><MsgType>text</MsgType></xml>"), id="no-head"),
        pytest.param(lambda bot, push: bot.say("   ")(push), id="blank"),
        pytest.param(lambda bot, push: bot.say("字" * 683)(push), id="too-long"),
        pytest.param(lambda bot, push: bot.say("好")(push | {"ToUserName": "wxsandbox00000001"}), id="from-appid"),
        pytest.param(lambda bot, push: _changed(bot.say("好")(push), "<Nonce><![CDATA["), id="nonce"),
        pytest.param(lambda bot, push: _changed(bot.say("好")(push), "Signature><![CDATA["), id="signature"),
    ],
)
def test_a_malformed_answer_shows_the_fault_notice_at_once(
    platform: Any, bot: Any, mother: str, malformed: Any
) -> None:
    bot.answer = lambda push: malformed(bot, push)
    assert [message.text for message in platform.type(mother, "老师好")] == [FAULT]
    assert len(bot.pushes) == 1


def test_push_twice_brings_the_same_push_again_and_shows_one_answer(platform: Any, bot: Any, mother: str) -> None:
    platform.push_twice = True
    bot.answer = bot.say("收到")
    assert len(platform.type(mother, "老师好")) == 1
    assert bot.pushes[0] == bot.pushes[1]
    assert len(platform.messages(mother)) == 2


def test_following_by_a_code_brings_its_scene(platform: Any, bot: Any, mother: str) -> None:
    platform.scan(mother, "7F3K9Q")
    platform.unfollow(mother)
    platform.scan(mother, "7F3K9Q")
    events = [(push["Event"], push.get("EventKey")) for push in bot.pushes]
    assert events == [("SCAN", "7F3K9Q"), ("unsubscribe", None), ("subscribe", "qrscene_7F3K9Q")]
    assert bot.pushes[-1]["Ticket"]


def test_who_does_not_follow_cannot_write(platform: Any, mother: str) -> None:
    platform.unfollow(mother)
    with pytest.raises(RuntimeError, match="does not follow"):
        platform.type(mother, "老师好")


def test_who_has_just_left_reads_no_answer(platform: Any, bot: Any, mother: str) -> None:
    bot.answer = bot.say("再见")
    platform.unfollow(mother)
    assert [message.sender for message in platform.messages(mother)] == ["me"]


def test_two_equal_events_never_bear_the_same_second(platform: Any, bot: Any, mother: str) -> None:
    platform.scan(mother, "7F3K9Q")
    platform.scan(mother, "7F3K9Q")
    assert bot.pushes[0]["CreateTime"] != bot.pushes[1]["CreateTime"]


def test_a_place_a_picture_and_a_voice_arrive(platform: Any, bot: Any, api: Any, mother: str) -> None:
    from bot.sandbox.media import recognise

    platform.location(mother, 30.27, 120.15)
    platform.image(mother)
    platform.voice(mother, "可以的老师")
    place, picture, voice = bot.pushes
    assert (place["Location_X"], place["Location_Y"]) == ("30.270000", "120.150000")
    assert "Recognition" not in voice
    token = {"access_token": api.token}
    audio = api.client.get("/cgi-bin/media/get", query_string=token | {"media_id": voice["MediaId16K"]})
    assert recognise(audio.data) == "可以的老师"
    drawn = api.client.get("/mmbiz_pic/" + picture["PicUrl"].rsplit("/", 1)[1])
    assert drawn.data.startswith(b"\x89PNG")


def test_media_are_kept_three_days(platform: Any, bot: Any, api: Any, clock: Any, mother: str) -> None:
    platform.voice(mother, "可以的老师")
    clock.turn(days=3)
    assert api.get("/cgi-bin/media/get", media_id=bot.pushes[0]["MediaId"])["errcode"] == 40007


def test_the_address_can_be_verified(platform: Any, bot: Any) -> None:
    assert platform.courier.verify(bot.account)
