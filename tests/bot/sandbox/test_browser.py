"""The sandbox in a real browser, with the whole system behind it; it also takes the pictures of the guides."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.sandbox.browser import ANSWERS, LAPTOP, PHONE, Visitor, program, running

pytestmark = pytest.mark.browser
STEPS = 8
#: What is photographed after which step of the guide, and whose phone.
PICTURES = {
    1: ("teacher-proposal", "王敏"),
    3: ("family-answer", "张小明妈妈"),
    4: ("teacher-brief", "王敏"),
    7: ("teacher-record", "王敏"),
    8: ("family-survey", "张小明妈妈"),
}
FLAGS = ["--no-sandbox", "--disable-background-networking", "--font-render-hinting=none"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not program():
        pytest.skip("no browser on this machine: install chromium and fonts-wqy-microhei")
    with running(tmp_path_factory.mktemp("house")) as url:
        yield url


@pytest.fixture(scope="module")
def browser(house: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shoot(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Any, str], None]:
    """Takes a picture: into the folder that PICTURES names (`make pictures`), else into one that is thrown away."""
    folder = Path(os.environ.get("PICTURES") or tmp_path_factory.mktemp("pictures"))

    def take(what: Any, name: str) -> None:
        what.screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")

    return take


@pytest.fixture
def come(house: str, browser: Any, shoot: Callable[[Any, str], None]) -> Iterator[Callable[..., Visitor]]:
    """Somebody comes with a laptop or a phone; at the end nobody's console has complained."""
    came: list[tuple[Any, Visitor]] = []

    def arrive(size: tuple[int, int] = LAPTOP, guided: bool = False) -> Visitor:
        shape = {"viewport": {"width": size[0], "height": size[1]}, "locale": "zh-CN", "has_touch": size == PHONE}
        context = browser.new_context(**shape, permissions=["clipboard-read", "clipboard-write"])
        context.set_default_timeout(ANSWERS * 1000)
        visitor = Visitor(context.new_page(), shoot)
        visitor.view.on("console", lambda said: visitor.complaints.append(said.text))
        visitor.view.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        came.append((context, visitor))
        visitor.view.goto(house)
        visitor.hears("周建国", "已绑定演示小学")
        if not guided:
            visitor.view.get_by_role("button", name="收起引导").click()
        return visitor

    yield arrive
    for context, visitor in came:
        assert visitor.complaints == []
        assert visitor.view.evaluate("document.documentElement.scrollWidth") <= visitor.view.viewport_size["width"]
        context.close()


def test_a_newcomer_is_led_through_a_whole_visit(come: Callable[..., Visitor]) -> None:
    visitor = come(guided=True)
    steps = visitor.view.locator("#steps li")
    assert steps.count() == STEPS
    for number in range(STEPS):
        visitor.view.locator("#steps li.now .deeds .main").click(timeout=60_000)
        visitor.view.locator(f"#steps li.done:nth-child({number + 1})").wait_for(timeout=60_000)
        if number + 1 in PICTURES:
            visitor.photograph(*PICTURES[number + 1])
        if number == 2:
            visitor.photograph("sandbox")
    visitor.view.get_by_text("走完了。").wait_for()
    assert "已提交" in str(visitor.phone("王敏").locator(".chat").text_content())
    visitor.view.reload()
    visitor.view.get_by_text("走完了。").wait_for()


def test_the_guide_can_be_put_away_and_taken_out_again(come: Callable[..., Visitor]) -> None:
    visitor = come()
    assert visitor.view.locator("#guide").is_hidden()
    visitor.view.reload()
    visitor.hears("王敏", "已绑定")
    assert visitor.view.locator("#guide").is_hidden()
    visitor.press("引导")
    assert visitor.view.locator("#guide").is_visible()


def test_enter_sends_but_not_while_a_word_is_composed_and_not_with_shift(come: Callable[..., Visitor]) -> None:
    visitor = come()
    box = visitor.phone("陈静").locator(".typed")
    mine = visitor.phone("陈静").locator(".row.me")
    before = mine.count()
    box.click()
    wire = visitor.view.context.new_cdp_session(visitor.view)
    wire.send("Input.imeSetComposition", {"text": "bang", "selectionStart": 4, "selectionEnd": 4})
    wire.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Process", "windowsVirtualKeyCode": 229})
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    assert mine.count() == before
    wire.send("Input.insertText", {"text": "帮助"})
    box.press("Shift+Enter")
    assert box.input_value() == "帮助\n"
    box.press("Enter")
    visitor.hears("陈静", "可以这样说")
    assert mine.last.locator(".bubble").text_content() == "帮助"
    assert box.input_value() == ""


def test_what_a_person_can_send_stands_in_the_chat(come: Callable[..., Visitor], tmp_path: Path) -> None:
    visitor = come()
    phone = visitor.phone("周建国")
    visitor.type("周建国", "<b>老师好</b>😀")
    assert phone.locator(".me .bubble").last.text_content() == "<b>老师好</b>😀"
    phone.get_by_role("button", name="语音").click()
    visitor.type("周建国", "今天")
    assert phone.locator(".me .voice").last.text_content() == "1″今天"
    phone.get_by_role("button", name="表情").click()
    phone.locator(".stick", has_text="谢谢").click()
    visitor.hears("周建国", "收到您的表情")
    phone.get_by_role("button", name="更多").click()
    phone.get_by_role("button", name="位置", exact=True).click()
    visitor.view.locator("#place .main").click()
    assert "学生家门口" in str(phone.locator(".me .location").last.text_content())
    picture = tmp_path / "large.png"
    visitor.view.screenshot(path=picture)
    phone.locator(".file").set_input_files(picture)
    shown = phone.locator(".me .image img").last
    shown.wait_for()
    visitor.until(lambda: shown.evaluate("(img) => img.naturalWidth") == 1280)


def test_the_clock_says_what_comes_next_and_goes_there(come: Callable[..., Visitor]) -> None:
    visitor = come()
    visitor.type("王敏", "下周三下午5点电话家访李雷")
    visitor.tap("王敏", "发给家长")
    visitor.view.wait_for_timeout(1500)
    when = str(visitor.view.locator("#coming", has_text="周").text_content()).split()[0]
    visitor.press("下一件事")
    visitor.view.locator("#clock", has_text=when[:-1]).wait_for()
    visitor.press("次晨")
    visitor.view.locator("#clock", has_text="07:30").wait_for(timeout=60_000)


def test_a_fault_is_seen_while_it_is_on(come: Callable[..., Visitor]) -> None:
    visitor = come()
    visitor.press("故障")
    visitor.view.get_by_label("几次").fill("2")
    visitor.view.locator("#fault-form .main").click()
    visitor.view.locator("#trouble", has_text="45015 客服窗口已关 ×2").wait_for()
    visitor.view.locator("#trouble-off").click()
    visitor.view.locator("#trouble").wait_for(state="hidden")
    visitor.view.keyboard.press("Escape")
    assert visitor.view.locator("#faults").is_hidden()


def test_the_log_can_be_read_sifted_and_copied(come: Callable[..., Visitor]) -> None:
    visitor = come()
    visitor.type("陈静", "本周")
    visitor.press("日志")
    visitor.view.get_by_label("谁", exact=True).select_option("陈静")
    visitor.view.get_by_label("哪一种").select_option("push")
    line = visitor.view.locator("#lines li:visible").first
    line.locator(".line").click()
    assert "\n  <Content><![CDATA[本周]]></Content>\n" in str(line.locator("pre").first.text_content())
    visitor.photograph("log")
    line.get_by_role("button", name="复制").first.click()
    visitor.view.get_by_text("已复制").wait_for()
    assert visitor.view.evaluate("navigator.clipboard.readText()").startswith("<xml>\n  <ToUserName>")
    line.locator(".line").click()
    assert line.locator("pre").count() == 0
    visitor.view.get_by_label("谁", exact=True).select_option("王敏")
    assert line.is_hidden() or "王敏" in str(line.text_content())


def test_a_phone_shows_one_person_and_a_switcher_with_what_is_unread(come: Callable[..., Visitor]) -> None:
    visitor = come(PHONE)
    switcher = visitor.view.get_by_role("navigation", name="手机")
    visitor.photograph("phone")
    visitor.type("王敏", "张小明妈妈电话里说周四不行")
    visitor.type("王敏", "下周四下午4点去韩梅梅家家访")
    visitor.tap("王敏", "取消")
    switcher.get_by_role("button", name="张小明妈妈").click()
    switcher.locator(".here", has_text="张小明妈妈").wait_for()
    visitor.until(lambda: switcher.locator(".here").count() == 1)
    assert visitor.phone("王敏").locator(".typed").bounding_box()["x"] < 0
    assert visitor.view.locator(".phone header").first.is_hidden()


def test_what_comes_to_a_phone_out_of_sight_is_counted(come: Callable[..., Visitor]) -> None:
    visitor, other = come(PHONE), come()
    other.type("陈静", "帮助")
    badge = visitor.view.locator("#tabs button", has_text="陈静").locator(".count")
    badge.filter(has_text="1").wait_for()
    visitor.view.locator("#tabs button", has_text="陈静").click()
    visitor.phone("陈静").get_by_text("以下是新消息").wait_for()
    badge.filter(has_text="1").wait_for(state="hidden")


def test_who_has_left_comes_back_with_a_new_code(come: Callable[..., Visitor]) -> None:
    visitor = come()
    phone = visitor.phone("陈静")
    phone.get_by_role("button", name="设置").click()
    phone.get_by_role("button", name="取消关注").click()
    phone.get_by_role("button", name="用学校发的新码关注").click()
    visitor.until(lambda: "已绑定" in visitor.last("陈静"))
