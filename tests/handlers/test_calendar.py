"""What a school's own calendar changes in what the bot says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from models.calendar import Calendar, Span
from models.school import use_calendar
from tests.cast import Cast
from tests.handlers.talk import Talk

EXAMS = Calendar(exams=(Span("期中考试", date(2026, 11, 28), date(2026, 11, 30)),))


@pytest.fixture(autouse=True)
def _calendar(people: Cast) -> Iterator[None]:
    use_calendar(people.school.key, EXAMS)
    yield
    use_calendar(people.school.key, Calendar())


@pytest.mark.rule("rulings.35")
@pytest.mark.parametrize(("day", "said"), [("11月28日", True), ("11月27日", False)])
def test_a_visit_into_exams_is_pointed_out_and_not_blocked(people: Cast, talk: Talk, day: str, said: bool) -> None:
    shown = talk.says(people.wang, f"{day}下午3点去张小明家家访")
    assert ("是期中考试" in shown) is said
    assert "请核对这次家访" in shown
