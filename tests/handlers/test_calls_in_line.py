"""The answers of several calls in one line: taken apart, or left to the reader of sentences."""

from __future__ import annotations

import pytest

from handlers.calls_in_line import parts


@pytest.mark.rule("rulings.25")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1同意 2改到周日上午10点 3没打通", [(1, "yes", ""), (2, "move", "周日上午10点"), (3, "unanswered", "")]),
        ("1同意，2不同意，3没人接", [(1, "yes", ""), (2, "no", ""), (3, "unanswered", "")]),
        ("1.可以\n2、改周六下午3点\n3:已提醒", [(1, "yes", ""), (2, "move", "周六下午3点"), (3, "reminded", "")]),
        ("12 不行", [(12, "no", "")]),
        ("1第二个时间 2周日那个", [(1, "slot", "第二个时间"), (2, "slot", "周日那个")]),
        ("1同意第二个，2没人接", [(1, "yes", "第二个"), (2, "unanswered", "")]),
        # these are sentences, and none of a list
        ("1", []),
        ("1号可以吗", []),
        ("周六1同意", []),
        ("3点可以", []),
        ("周日1点", []),
        ("12月5日改到周日上午10点", []),
        ("同意", []),
    ],
)
def test_a_line_of_answers_is_taken_apart(text, expected):
    assert [(number, answer, rest.strip(" ，,\n")) for number, answer, rest in parts(text)] == expected
