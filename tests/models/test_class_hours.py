"""Whether an hour of a school day falls into lessons (B3, rulings 9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from models import class_hours
from models.policy import DEFAULT

pytestmark = pytest.mark.rule("rulings.9")


@pytest.mark.parametrize(
    ("begins", "ends", "taught"),
    [
        ("07:20", "08:00", False),
        ("07:30", "08:10", True),
        ("11:30", "12:10", True),
        ("11:40", "12:20", False),
        ("13:30", "14:10", True),
        ("16:30", "17:10", False),
        ("19:00", "19:40", False),
    ],
)
def test_what_touches_lessons(begins: str, ends: str, taught: bool) -> None:
    assert class_hours.touches(DEFAULT, time.fromisoformat(begins), time.fromisoformat(ends)) is taught


def test_a_school_that_names_no_hours_has_none() -> None:
    assert not class_hours.touches(replace(DEFAULT, class_hours=()), time(9), time(10))


@pytest.mark.parametrize("written", ["8-12", "08:00", "12:00-08:00", "morning"])
def test_what_is_no_span_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        class_hours.spans(replace(DEFAULT, class_hours=(written,)))
