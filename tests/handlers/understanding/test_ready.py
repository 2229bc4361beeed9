"""The first message after a start is as quick as the next one."""

from __future__ import annotations

from handlers.understanding import Context, prepare, read
from handlers.understanding.almanac import _months
from handlers.understanding.normalise import pattern
from handlers.understanding.phrases import acts, phrase
from tests.handlers.understanding.people import WEDNESDAY, guardian, rows


def test_nothing_is_left_to_compile_or_to_count_once_the_tables_are_ready() -> None:
    caches = (pattern, acts, phrase, _months)
    for each in caches:
        each.cache_clear()
    prepare(WEDNESDAY)
    before = [each.cache_info().misses for each in caches]
    for _, text, *_ in rows("confirmation"):
        read(text, WEDNESDAY, guardian("confirmation"))
    read("腊月二十五上午十点", WEDNESDAY, Context())
    assert [each.cache_info().misses for each in caches] == before
