"""An answer of several clauses: what is told beside a yes leaves it a yes, what stands against it never does."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest

from handlers.understanding import OpenVisit, read
from handlers.understanding.weighing import LONG
from tests.handlers.understanding.people import EVENING, guardian

YES = ("好的", "可以", "没问题", "行啊", "方便的", "可以呀", "嗯嗯，可以", "老师好，可以的", "周六下午三点半可以")
TOLD = (
    "孩子知道了可高兴了",
    "我让他奶奶也在家",
    "孩子最近晚上老做噩梦",
    "我提前把家里收拾好",
    "孩子六点才放学回来吃饭",
)
AGAINST = (
    "但是我要加班", "不过孩子不在家", "就是时间太早了", "我再问问他爸", "能不能换个时间", "周日行不行", "改到四点吧",
    "可能要晚点才知道", "如果不下雨的话", "我们商量一下", "孩子三点有课", "还是打电话吧", "为什么要来",
)  # fmt: skip
JOINTS = ("，", " ", "。", "～", "！")
HOURS = {8: "上午八点", 10: "上午十点", 13: "下午一点", 15: "下午三点", 16: "下午四点", 17: "下午五点", 19: "晚上七点"}


def _act(text: str, start: datetime | None = None) -> str:
    visit = OpenVisit("v1", "张小明", start or datetime(2026, 9, 12, 15, 30), "入户", "陈静")
    return read(text, EVENING, guardian(visit=visit)).intent


@pytest.mark.parametrize("joint", JOINTS)
def test_what_is_told_beside_a_yes_leaves_it_a_yes(joint: str) -> None:
    unlike = {yes + joint + told: _act(yes + joint + told) for yes, told in product(YES, TOLD[:4])}
    assert {text: act for text, act in unlike.items() if act != "confirm"} == {}


@pytest.mark.parametrize("joint", JOINTS)
def test_a_yes_with_something_against_it_is_never_taken_as_one(joint: str) -> None:
    taken = [yes + joint + turn for yes, turn in product(YES, AGAINST) if _act(yes + joint + turn) == "confirm"]
    assert taken == []


@pytest.mark.parametrize("begins", sorted(HOURS))
@pytest.mark.parametrize("announced", sorted(HOURS))
def test_a_lesson_stands_against_a_visit_unless_it_begins_well_after_it(announced: int, begins: int) -> None:
    """Beside a plain reference: half an hour is the least that a visit takes."""
    day = datetime(2026, 9, 12)
    act = _act(f"好的，孩子{HOURS[begins]}有课", day + timedelta(hours=announced))
    assert act == ("confirm" if timedelta(hours=begins) >= timedelta(hours=announced) + LONG else "ask")
