"""A yes, a no and a calling off are taken only when nothing in the message speaks for anything else."""

from __future__ import annotations

from datetime import datetime
from itertools import product

import pytest

from handlers.understanding import Question, read
from tests.handlers.understanding.people import ASKED, EVENING, OFFER, SCHOOL, guardian

YES = ("好的", "可以", "没问题", "行啊", "周六可以", "嗯嗯，欢迎")
NO = ("不方便", "没空", "算了吧", "那天不行")
DOUBTS = (
    "可别太晚",
    "不过孩子他爸那天不在",
    "要是不下雨",
    "除非改电话",
    "他爸说不行",
    "还是去学校",
    "你们改到四点了是吧",
    "能不能录音",
    "我没请到假",
    "孩子没放学",
    "我们没同意",
    "孩子周六去外婆家",
    "我人在外地",
    "孩子得水痘了",
    "才怪",
)
BESIDE_NO = ("他爸说可以的我说了不算", "反正拒绝也没用", "还是打电话说")
SATURDAY = datetime(2026, 9, 12, 14, 40, tzinfo=SCHOOL)


def _act(text: str, pending: str = "confirmation") -> str:
    return read(text, EVENING, guardian(pending)).intent


@pytest.mark.parametrize("joint", ["，", "。", " ", "！"])
def test_a_yes_beside_something_unexplained_is_no_yes(joint: str) -> None:
    taken = [yes + joint + doubt for yes, doubt in product(YES, DOUBTS) if _act(yes + joint + doubt) == "confirm"]
    assert taken == []


@pytest.mark.parametrize("joint", ["，", "。", " "])
def test_a_no_beside_another_form_or_others_words_is_no_refusal(joint: str) -> None:
    taken = [no + joint + turn for no, turn in product(NO, BESIDE_NO) if _act(no + joint + turn) == "decline"]
    assert taken == []


@pytest.mark.parametrize(
    "text",
    [
        "不要发给孩子爸爸", "不要取消哈", "时间您看着来，别太晚就行", "我没说不行啊", "我哪有说不方便",
        "他爸说不行，我说可以", "陈老师一个人来还是和别的老师一起", "不用打电话了，我去学校找您",
    ],
)  # fmt: skip
def test_a_denial_of_something_else_refuses_no_visit(text: str) -> None:
    assert _act(text) != "decline"


@pytest.mark.parametrize(
    "text",
    ["你们改到四点了是吧", "我听说改到周日了", "群里说是周日上午十点，到底哪个", "他昨天三点才睡", "怎么又改时间了"],
)
def test_a_time_of_which_others_spoke_is_no_wish(text: str) -> None:
    assert _act(text) != "counter"


@pytest.mark.parametrize(
    "text",
    [
        "老师，会不会取消呀", "别取消哈，我们在家等着", "没取消吧，我们准备好了", "孩子爸不在家，就我一个人",
        "他今天的课后服务取消了，我四点来接", "老师我家不在三楼在四楼", "家里没人做饭，就不留您吃饭了", "今天不方便停车",
    ],
)  # fmt: skip
def test_what_calls_nothing_off_leaves_the_visit_standing(text: str) -> None:
    assert read(text, SATURDAY, guardian("none", confirmed=ASKED)).intent != "cancel"


def test_what_is_called_off_is_called_off() -> None:
    for text in ("今天别来了，家里有急事", "今天取消吧", "临时有事，今天不在家"):
        assert read(text, SATURDAY, guardian("none", confirmed=ASKED)).intent == "cancel", text


def test_a_quick_reply_needs_no_words() -> None:
    context = guardian(quick_replies={"1": "confirm", "2": "counter", "3": "decline"})
    assert [read(text, EVENING, context).intent for text in ("1", "2", "3", "选3")] == [
        "confirm", "counter", "decline", "decline",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "act"), [("周六是几点", "question"), ("不要周六", "ask"), ("周日不行，周六吧", "choice")]
)
def test_a_slot_is_taken_only_when_it_is_named_and_not_asked_about(text: str, act: str) -> None:
    assert read(text, EVENING, guardian("offer", options=OFFER)).intent == act


@pytest.mark.parametrize(
    ("text", "act"),
    [("如果能多来几次就满意了", "ask"), ("不满意又能怎样", "ask"), ("要是不迟到就给5分", "ask"), ("满意", "rating")],
)
def test_a_mark_under_a_condition_is_asked_about(text: str, act: str) -> None:
    question = Question("rating", "满意吗", (1, 5))
    assert read(text, EVENING, guardian("survey", question=question)).intent == act


def test_opting_out_is_asked_about_before_it_is_done() -> None:
    assert (_act("取消关注会怎么样"), _act("退订")) == ("question", "unsubscribe")
