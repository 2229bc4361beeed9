"""Tapping menu items and links, and pressing the buttons at the foot of a chat."""

from typing import Any

import pytest


def _link(label: str, number: str, content: str = "") -> str:
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content or label}&msgmenuid={number}">{label}</a>'


def test_a_link_shows_its_label_and_sends_its_content_and_number(platform: Any, bot: Any, mother: str) -> None:
    bot.answer = bot.say(f"周六下午3:00？\n1. {_link('可以', '101', '可以，周六')}\n2. {_link('换时间', '102')}")
    asked = platform.type(mother, "老师好")[0]
    assert asked.text == "周六下午3:00？\n1. 可以\n2. 换时间"
    platform.tap(mother, "可以")
    tapped = bot.pushes[-1]
    assert (tapped["MsgType"], tapped["Content"], tapped["bizmsgmenuid"]) == ("text", "可以，周六", "101")


def test_a_link_may_be_percent_encoded_or_escaped(platform: Any, bot: Any, mother: str) -> None:
    bot.answer = bot.say("<a href='weixin://bizmsgmenu?msgmenucontent=%E5%8F%AF%E4%BB%A5&amp;msgmenuid=9'>好</a>")
    assert platform.type(mother, "老师好")[0].items == (("9", "好", "可以"),)


def test_other_links_are_shown_and_other_markup_stays(platform: Any, bot: Any, mother: str) -> None:
    bot.answer = bot.say('<a href="https://school.invalid/v/1">详情</a> <b>粗</b> 1<2')
    said = platform.type(mother, "老师好")[0]
    assert (said.text, said.items) == ("详情 <b>粗</b> 1<2", ())


def test_a_menu_message_can_be_tapped(platform: Any, bot: Any, api: Any, mother: str) -> None:
    platform.type(mother, "老师好")
    items = [{"id": "101", "content": "周六上午"}, {"id": "abc", "content": "都不方便"}]
    body = {"touser": mother, "msgtype": "msgmenu"}
    menu = {"head_content": "哪个时间方便？", "list": items, "tail_content": "也可以直接回复"}
    assert api.post("/cgi-bin/message/custom/send", body | {"msgmenu": menu})["errcode"] == 0
    assert platform.messages(mother)[-1].text == "哪个时间方便？\n周六上午\n都不方便\n也可以直接回复"
    platform.tap(mother, "上午")
    assert bot.pushes[-1]["bizmsgmenuid"] == "101"
    platform.tap(mother, "都不方便")
    assert "bizmsgmenuid" not in bot.pushes[-1]


def test_the_exact_item_wins_then_the_only_like_one_in_the_newest_message_that_has_it(
    platform: Any, bot: Any, mother: str
) -> None:
    bot.answer = bot.say(f"{_link('取消', '1')} {_link('确认取消', '2')} {_link('不取消了', '3')}")
    platform.type(mother, "一")
    platform.tap(mother, "取消")
    assert bot.pushes[-1]["bizmsgmenuid"] == "1"
    platform.tap(mother, "确认")
    assert bot.pushes[-1]["bizmsgmenuid"] == "2"
    bot.answer = bot.say(f"再问：{_link('确认取消', '22')}")
    platform.type(mother, "二")
    platform.tap(mother, "确认")
    assert bot.pushes[-1]["bizmsgmenuid"] == "22"


def test_an_item_with_a_number_before_it_is_found_by_its_words(platform: Any, bot: Any, mother: str) -> None:
    bot.answer = bot.say(f"{_link('1. 同意', '1', '同意')} {_link('2. 不同意', '2', '不同意')}")
    platform.type(mother, "一")
    platform.tap(mother, "同意")
    assert bot.pushes[-1]["bizmsgmenuid"] == "1"


def test_an_item_that_is_not_there_is_named_with_what_is(platform: Any, bot: Any, mother: str) -> None:
    with pytest.raises(LookupError, match="nothing to tap"):
        platform.tap(mother, "可以")
    bot.answer = bot.say(f"{_link('上午', '1')} {_link('下午', '2')}")
    platform.type(mother, "一")
    for absent in ("晚上", "午"):
        with pytest.raises(LookupError, match="上午、下午"):
            platform.tap(mother, absent)


def test_the_menu_at_the_foot_is_pressed_by_its_name_or_key(platform: Any, bot: Any, api: Any, mother: str) -> None:
    top = {"name": "家访", "sub_button": [{"type": "click", "name": "我的安排", "key": "plan"}]}
    page = {"type": "view", "name": "网页", "url": "https://school.invalid/"}
    raw = str({"button": [top, page]}).replace("'", '"').encode()
    assert api.post("/cgi-bin/menu/create", raw)["errcode"] == 0
    for label in ("我的安排", "plan", "网页"):
        platform.menu(mother, label)
    sent = [(push["Event"], push["EventKey"]) for push in bot.pushes]
    assert sent == [("CLICK", "plan"), ("CLICK", "plan"), ("VIEW", "https://school.invalid/")]
    with pytest.raises(LookupError, match="我的安排, 网页"):
        platform.menu(mother, "没有的")
