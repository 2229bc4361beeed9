"""What is said outright is shown as the intent that the bot carries out, where a visit makes it likely."""

from __future__ import annotations

from datetime import datetime

import pytest

from handlers.understanding import Context, OpenVisit
from handlers.understanding.outright_reading import read_outright
from tests.handlers.understanding.people import ASKED, QUESTIONS, ROSTER, SCHOOL, guardian

SATURDAY = datetime(2026, 9, 12, 14, 40, tzinfo=SCHOOL)
ON_THE_WAY = Context(
    "teacher", "陈静", ROSTER, visits=(OpenVisit("v1", "张小明", datetime(2026, 9, 12, 15, 30), "入户"),)
)
AT_REST = Context("teacher", "陈静", ROSTER)
EXPECTING = guardian("none", confirmed=ASKED)


@pytest.mark.parametrize(
    ("context", "text", "intent", "slots"),
    [
        (ON_THE_WAY, "救命，快来人", "sos", {"text": "救命，快来人"}),
        (ON_THE_WAY, "平安", "all_clear", {}),
        (ON_THE_WAY, "提前结束了", "check_out", {}),
        (ON_THE_WAY, "路上堵车晚到10分钟", "late", {"minutes": 10}),
        (ON_THE_WAY, "张小明妈妈电话里同意了", "heard_by_phone", {"students": ["张小明"], "value": "yes"}),
        (ON_THE_WAY, "张小明爸爸打电话说不方便", "heard_by_phone", {"students": ["张小明"], "value": "no"}),
        (
            ON_THE_WAY,
            "张小明爸爸说改到周日上午10点",
            "heard_by_phone",
            {
                "students": ["张小明"],
                "value": "move",
                "time": {"start": "2026-09-13T10:00", "granularity": "datetime"},
            },
        ),
        (EXPECTING, "老师，我们晚半小时", "late", {"minutes": 30}),
        (guardian("none"), "第2题改成4", "survey_change", {"number": 2, "value": "4"}),
        (guardian("none"), "上一题改成否", "survey_change", {"value": "否"}),
        (guardian("none"), "继续问卷", "survey_resume", {}),
        (guardian("survey", question=QUESTIONS["rating"]), "晚点再填", "delay", {}),
    ],
)
def test_what_is_said_outright_has_its_intent(
    context: Context, text: str, intent: str, slots: dict[str, object]
) -> None:
    reading = read_outright(text, SATURDAY, context)
    assert reading is not None
    assert (reading.intent, reading.as_json()["slots"]) == (intent, slots)


@pytest.mark.parametrize(
    ("context", "text"),
    [
        (AT_REST, "救命，快来人"),
        (AT_REST, "没事了"),
        (AT_REST, "路上堵车晚到10分钟"),
        (AT_REST, "张小明妈妈电话里同意了"),
        (ON_THE_WAY, "李雷妈妈电话里同意了"),
        (ON_THE_WAY, "不用报警，没有危险"),
        (guardian("none"), "老师，我们晚半小时"),
        (guardian(), "晚点再填"),
        (guardian("none"), "数学第2题不会做"),
    ],
)
def test_without_such_a_visit_it_is_read_by_the_tables(context: Context, text: str) -> None:
    assert read_outright(text, SATURDAY, context) is None
