"""Which days a sentence about many visits means; in doubt it asks, and calls nothing off."""

from __future__ import annotations

from datetime import datetime

import pytest

from handlers.meant_many import means_many, span_of
from handlers.registry import Nothing


@pytest.mark.rule("rulings.8")
@pytest.mark.parametrize(
    ("said", "first", "until"),
    [
        ({"start": "2026-11-28"}, "2026-11-28 00:00", "2026-11-29 00:00"),
        ({"start": "2026-11-28", "daypart": "afternoon"}, "2026-11-28 12:00", "2026-11-28 18:00"),
        ({"start": "2026-11-28T15:00"}, "2026-11-28 15:00", "2026-11-28 15:01"),
        ({"start": "2026-11-30", "end": "2026-12-02"}, "2026-11-30 00:00", "2026-12-03 00:00"),
        (
            {"ask": "vague_day", "candidates": [{"start": "2026-11-23", "end": "2026-11-29"}]},
            "2026-11-23 00:00",
            "2026-11-30 00:00",
        ),
    ],
)
def test_a_time_is_a_span_of_days_or_hours(said, first, until):
    assert span_of(said) == (datetime.fromisoformat(first), datetime.fromisoformat(until))


@pytest.mark.parametrize(
    "said",
    [
        {"start": "T15:00"},
        {"start": "2026-11-28", "daypart": "night"},
        {"ask": "ampm", "candidates": [{"start": "2026-11-28T03:00"}, {"start": "2026-11-28T15:00"}]},
        {"ask": "vague_day"},
    ],
)
def test_what_is_no_one_span_is_asked_back(said):
    with pytest.raises(Nothing):
        span_of(said)


@pytest.mark.parametrize(
    ("words", "many"),
    [
        ({"said": "把我周六的家访都取消"}, True),
        ({"said": "三(2)班的家访取消", "class": "三(2)班"}, True),
        ({"said": "取消三(2)班李雷的家访", "class": "三(2)班", "students": [1]}, False),
        ({"said": "取消周六的家访"}, False),
    ],
)
def test_many_are_meant_when_the_sentence_says_so(words, many):
    assert means_many(words) is many
