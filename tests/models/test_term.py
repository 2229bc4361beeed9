"""To which term and school year a day belongs."""

from __future__ import annotations

from datetime import date

import pytest

from models.calendar import Calendar
from models.school import School, use_calendar
from models.term import Term, school_year, term_on

TOLD = (
    Term("秋季学期", date(2026, 8, 31), date(2027, 1, 22), date(2027, 1, 22)),
    Term("春季学期", date(2027, 2, 22), date(2027, 7, 3), date(2027, 7, 3)),
)


@pytest.mark.parametrize(
    ("day", "name", "first", "last"),
    [
        (date(2026, 9, 1), "2026-2027学年第一学期", date(2026, 9, 1), date(2027, 1, 31)),
        (date(2027, 1, 31), "2026-2027学年第一学期", date(2026, 9, 1), date(2027, 1, 31)),
        (date(2027, 2, 1), "2026-2027学年第二学期", date(2027, 2, 1), date(2027, 8, 31)),
        (date(2027, 8, 31), "2026-2027学年第二学期", date(2027, 2, 1), date(2027, 8, 31)),
        (date(2028, 2, 29), "2027-2028学年第二学期", date(2028, 2, 1), date(2028, 8, 31)),
    ],
)
def test_a_school_that_has_told_nothing_has_the_usual_terms(day: date, name: str, first: date, last: date) -> None:
    assert (term_on(day).name, term_on(day).first, term_on(day).last) == (name, first, last)


@pytest.mark.parametrize(
    ("day", "name", "first", "last"),
    [
        (date(2026, 8, 30), "2025-2026学年第二学期", date(2026, 2, 1), date(2026, 8, 30)),
        (date(2026, 8, 31), "秋季学期", date(2026, 8, 31), date(2027, 2, 21)),
        (date(2027, 2, 1), "秋季学期", date(2026, 8, 31), date(2027, 2, 21)),
        (date(2027, 8, 1), "春季学期", date(2027, 2, 22), date(2027, 8, 31)),
        (date(2027, 9, 1), "2027-2028学年第一学期", date(2027, 9, 1), date(2028, 1, 31)),
    ],
)
def test_holidays_belong_to_the_term_that_has_ended(day: date, name: str, first: date, last: date) -> None:
    found = term_on(day, TOLD)
    assert (found.name, found.first, found.last) == (name, first, last)


@pytest.mark.parametrize("day", [date(2026, 8, 31), date(2027, 2, 10), date(2027, 8, 31)])
def test_a_school_year_goes_from_its_first_term_to_the_next_year_s(day: date) -> None:
    assert school_year(day, TOLD) == (date(2026, 8, 31), date(2027, 8, 31))


def test_the_year_before_ends_where_the_told_one_begins() -> None:
    assert school_year(date(2026, 8, 30), TOLD) == (date(2025, 9, 1), date(2026, 8, 30))


def test_a_school_reads_its_own_terms() -> None:
    use_calendar("told", Calendar(TOLD))
    try:
        assert School(key="told").term(date(2026, 8, 31)).name == "秋季学期"
        assert School(key="other").term(date(2026, 8, 31)).name == "2025-2026学年第二学期"
    finally:
        use_calendar("told", Calendar())
