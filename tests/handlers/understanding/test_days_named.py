"""A weekday alone is one of the days that were spoken of before, and never silently another."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from handlers.understanding import Context, read_moment

MONDAY = datetime(2026, 11, 23, 8, 5)
NEXT_WEEK = date(2026, 11, 30), date(2026, 12, 6)


@pytest.mark.rule("rulings.1")
@pytest.mark.parametrize(
    ("text", "start", "confirm"),
    [
        ("周三", date(2026, 12, 2), True),
        ("周三吧下午3点", datetime(2026, 12, 2, 15), True),
        ("周一下午3点", datetime(2026, 11, 30, 15), True),
        ("那就礼拜天上午十点", datetime(2026, 12, 6, 10), True),
        # who says which week, or which date, means that
        ("这周三下午3点", datetime(2026, 11, 25, 15), False),
        ("25号下午3点", datetime(2026, 11, 25, 15), False),
        ("明天下午3点", datetime(2026, 11, 24, 15), False),
    ],
)
def test_of_the_week_that_was_named(text: str, start: date, confirm: bool) -> None:
    found = read_moment(text, MONDAY, Context(days=NEXT_WEEK))
    assert (found.start, found.confirm, found.ask) == (start, confirm, None)


def test_of_a_month_there_are_several() -> None:
    found = read_moment("周三下午3点", MONDAY, Context(days=(date(2026, 12, 1), date(2026, 12, 31))))
    assert found.ask == "multiple"
    assert len(found.candidates) == 5


def test_days_that_have_passed_are_not_meant() -> None:
    found = read_moment("周三", datetime(2026, 12, 3, 8), Context(days=NEXT_WEEK))
    assert found.start == date(2026, 12, 9)
