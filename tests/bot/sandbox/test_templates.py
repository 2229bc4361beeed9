"""Template messages: fields, followers, sending twice, what is pushed afterwards."""

from typing import Any

import pytest

GOOD = {"thing1": {"value": "张小明"}, "time2": {"value": "2026年11月28日 15:00"}, "name3": {"value": "王老师"}}


def _send(api: Any, openid: str, **data: Any) -> dict[str, Any]:
    body = {"touser": openid, "template_id": "tpl-visit", "data": GOOD | data}
    answer: dict[str, Any] = api.post("/cgi-bin/message/template/send", body)
    return answer


def test_a_card_shows_its_title_and_its_named_lines(api: Any, platform: Any, mother: str) -> None:
    assert _send(api, mother)["errcode"] == 0
    card = platform.messages(mother)[-1]
    assert card.kind == "template"
    assert card.text == "家访通知\n学生姓名: 张小明\n时间: 2026年11月28日 15:00\n老师: 王老师"


def test_first_line_remark_and_emoji_disappear_without_a_word(api: Any, platform: Any, mother: str) -> None:
    sent = _send(api, mother, first={"value": "您好"}, remark={"value": "谢谢"}, thing1={"value": "张小明😀"})
    assert sent["errcode"] == 0
    assert "学生姓名: 张小明\n" in platform.messages(mother)[-1].text
    assert "您好" not in platform.messages(mother)[-1].text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("thing1", "一二三四五六七八九十一二三四五六七八九十一"),
        ("thing1", "两\n行"),
        ("thing1", "两\t列"),
        ("thing1", ""),
        ("thing1", "😀"),
        ("time2", "11月28日（周六）下午3:00"),
        ("time2", "2026年11月28日 25:00"),
        ("name3", "一二三四五六七八九十一"),
        ("name4", "多了一个"),
    ],
)
def test_a_value_that_breaks_its_field_is_refused_by_name(api: Any, mother: str, key: str, value: str) -> None:
    answer = _send(api, mother, **{key: {"value": value}})
    assert answer["errcode"] == 47003
    assert f"data.{key}" in answer["errmsg"]


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("number1", "12.5", "十二"),
        ("letter1", "ABC", "A1"),
        ("symbol1", "!!", "a"),
        ("character_string1", "7F3K9Q-2", "编号7"),
        ("time1", "15:01", "三点"),
        ("time1", "2026年11月28日 15:01~16:00", "2026-11-28T15:01"),
        ("date1", "2026年11月28日", "11月28日"),
        ("date1", "2026-11-28 15:00", "明天"),
        ("amount1", "￥20.5元", "二十"),
        ("phone_number1", "+86-571-88000000", "123456789012345678"),
        ("car_number1", "浙A12345", "浙A1234567"),
        ("name1", "Anna Wang-Li", "A" * 21),
        ("phrase1", "已确认", "3次"),
        ("const1", "家访", "字" * 21),
    ],
)
def test_every_kind_of_field_has_its_limits(key: str, good: str, bad: str) -> None:
    from bot.sandbox.templates import _allowed

    assert _allowed(key, good)
    assert not _allowed(key, bad)


def test_only_followers_of_a_known_template_are_reached(api: Any, platform: Any, mother: str) -> None:
    assert api.send_template(mother, template_id="tpl-other")["errcode"] == 40037
    assert api.send_template("oNobody")["errcode"] == 40003
    platform.unfollow(mother)
    assert api.send_template(mother)["errcode"] == 43004


def test_the_same_client_msg_id_goes_once_in_ten_minutes(api: Any, platform: Any, clock: Any, mother: str) -> None:
    first = api.send_template(mother, client_msg_id="visit-1")
    assert api.send_template(mother, client_msg_id="visit-1") == first
    assert len(platform.messages(mother)) == 1
    clock.turn(minutes=10)
    assert api.send_template(mother, client_msg_id="visit-1")["msgid"] != first["msgid"]


def test_the_outcome_is_pushed_afterwards(api: Any, platform: Any, bot: Any, mother: str) -> None:
    first = api.send_template(mother)["msgid"]
    platform.block(mother)
    second = api.send_template(mother)["msgid"]
    assert platform.settle()
    finished = [(push["MsgID"], push["Status"]) for push in bot.pushes]
    assert finished == [(str(first), "success"), (str(second), "failed:user block")]
    assert len(platform.messages(mother)) == 1


def test_the_library_lists_fields_as_the_platform_does(api: Any) -> None:
    listed = api.get("/cgi-bin/template/get_all_private_template")
    assert "errcode" not in listed
    assert listed["template_list"][0]["content"].startswith("学生姓名:{{thing1.DATA}}")
