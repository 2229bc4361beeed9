"""How many customer-service messages go out, and until when."""

from typing import Any


def test_without_a_word_from_the_person_nothing_can_be_sent(api: Any, mother: str) -> None:
    assert api.send_text(mother) == 45015


def test_a_message_opens_five_sends_for_48_hours(api: Any, platform: Any, clock: Any, mother: str) -> None:
    platform.type(mother, "老师好")
    assert [api.send_text(mother) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    platform.type(mother, "在吗")
    clock.turn(hours=48)
    assert api.send_text(mother) == 45015


def test_a_second_message_begins_the_count_anew_and_adds_nothing(api: Any, platform: Any, mother: str) -> None:
    platform.type(mother, "一")
    api.send_text(mother)
    platform.type(mother, "二")
    assert [api.send_text(mother) for _ in range(6)].count(0) == 5


def test_following_scanning_and_the_menu_open_three_sends_for_a_minute(api: Any, platform: Any, mother: str) -> None:
    api.post("/cgi-bin/menu/create", b'{"button":[{"type":"click","name":"\xe6\x88\x91","key":"me"}]}')
    for act in (lambda: platform.scan(mother, "7F3K9Q"), lambda: platform.menu(mother, "我")):
        act()
        assert [api.send_text(mother) for _ in range(4)] == [0, 0, 0, 45047]
        platform.windows.close(mother)
    platform.unfollow(mother)
    platform.follow(mother)
    assert [api.send_text(mother) for _ in range(4)] == [0, 0, 0, 45047]


def test_a_tap_opens_only_the_short_window(api: Any, platform: Any, bot: Any, clock: Any, mother: str) -> None:
    bot.answer = bot.say('选：<a href="weixin://bizmsgmenu?msgmenucontent=可以&msgmenuid=7">可以</a>')
    platform.type(mother, "你好")
    platform.windows.close(mother)
    platform.tap(mother, "可以")
    assert api.send_text(mother) == 0
    clock.turn(seconds=61)
    assert api.send_text(mother) == 45015


def test_the_window_that_ends_first_is_used_first(api: Any, platform: Any, clock: Any, mother: str) -> None:
    platform.type(mother, "老师好")
    platform.scan(mother, "7F3K9Q")
    assert [api.send_text(mother) for _ in range(3)] == [0, 0, 0]
    clock.turn(minutes=2)
    assert [api.send_text(mother) for _ in range(6)].count(0) == 5


def test_who_unfollowed_or_blocks_gets_nothing(api: Any, platform: Any, mother: str, teacher: str) -> None:
    platform.type(mother, "老师好")
    platform.unfollow(mother)
    assert api.send_text(mother) == 45015
    platform.type(teacher, "你好")
    platform.block(teacher)
    assert api.send_text(teacher) == 48002
    assert api.send_text("oNobody") == 40003


def test_typing_dots_want_a_word_within_30_seconds(api: Any, platform: Any, clock: Any, mother: str) -> None:
    dots = {"touser": mother, "command": "Typing"}
    assert api.post("/cgi-bin/message/custom/typing", dots)["errcode"] == 45080
    platform.type(mother, "老师好")
    assert api.post("/cgi-bin/message/custom/typing", dots)["errcode"] == 0
    clock.turn(seconds=31)
    assert api.post("/cgi-bin/message/custom/typing", dots)["errcode"] == 45080
