"""Binding codes on paper: who stands on which side, and what is scanned."""

from __future__ import annotations

import re

import pytest

from bot.slips_page import A_SIDE, page, printed, scenes
from bot.wechat.client import SendError
from models.person import Person
from models.slip import Slip


def slip(n: int, class_name: str = "三(2)班", child: str = "张小明") -> Slip:
    return Slip(Person(name="王秀兰"), class_name, ((child, "妈妈"),), f"7F3K{n:02}")


class Account:
    """A platform that makes codes, or refuses them."""

    def __init__(self, refuses: bool = False) -> None:
        self.refuses, self.asked = refuses, 0

    def create_qr(self, scene: str, seconds: int) -> tuple[str, str]:
        self.asked += 1
        if self.refuses:
            raise SendError(48001, "api unauthorized")
        return "ticket", f"https://weixin.example/q/{scene}/{seconds}"


def test_eight_slips_stand_on_a_side_and_each_class_begins_anew() -> None:
    made = [
        printed(slip(n, name), "", f"绑定 7F3K{n:02}") for name in ("三(2)班", "五(1)班") for n in range(A_SIDE + 1)
    ]
    sides = page("演示小学", made, "2026-12-23").split('<section class="side">')[1:]
    assert [side.count('class="slip"') for side in sides] == [8, 1, 8, 1]
    assert all(len(set(re.findall(r"[三五]\(\d\)班", side))) == 1 for side in sides)


def test_a_slip_says_for_whom_it_is_and_tells_the_code_twice() -> None:
    text = page("演示小学", [printed(slip(9), "", "绑定 7F3K09")], "2026-12-23")
    assert "张小明 的妈妈" in text
    assert "王秀兰" not in text  # the guardian's own name need not lie about
    assert text.count("7F3K09") == 2


def test_names_are_text_and_nothing_comes_from_outside() -> None:
    text = page("演示小学", [printed(slip(1, child="<script>x</script>"), "", "绑定 7F3K01")], "2026-12-23")
    assert "<script>" not in text
    assert not re.search("src=|href=|https?:|url\\(", text)


@pytest.mark.parametrize(("refuses", "asked"), [(False, 3), (True, 1)])
def test_an_account_that_makes_no_codes_is_asked_once(refuses: bool, asked: int) -> None:
    account = Account(refuses)
    found = scenes(account, [slip(n) for n in range(3)], 90)
    assert account.asked == asked
    assert found == ([""] * 3 if refuses else [f"https://weixin.example/q/7F3K0{n}/2592000" for n in range(3)])
