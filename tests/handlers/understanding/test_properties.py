"""What holds for every time and every text, whatever it is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import permutations
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.understanding import Context, Known, Roster, read, read_moment
from tests.handlers.understanding.people import EVENING, QUESTIONS, SCHOOL, TEACHER, WEDNESDAY, guardian

WEEKDAYS = "一二三四五六日"
#: Part of the day, and what an hour of the clock means in it; nothing else may be read.
PARTS = {
    "上午": {hour: hour for hour in range(7, 12)},
    "中午": {11: 11, 12: 12, 1: 13, 2: 14},
    "下午": {12: 12, **{hour: hour + 12 for hour in range(1, 7)}},
    "晚上": {hour: hour + 12 for hour in range(6, 10)},
}
FORMS = (("{h}点", 0), ("{h}点半", 30), ("{h}:15", 15), ("{h}点三刻", 45), ("{h}点05分", 5), ("{h}时20分", 20))
NUMERALS = "零一二三四五六七八九十"


def _spoken(hour: int) -> str:
    return NUMERALS[hour] if hour <= 10 else "十" + NUMERALS[hour - 10]


def _day(word: str, weekday: int, today: date) -> date | None:
    """A plain reference: which day it is, or None where one has to ask."""
    monday = today - timedelta(days=today.weekday())
    weeks = {"这周": 0, "下周": 1, "下下周": 2}
    if word in weeks:
        found = monday + timedelta(days=7 * weeks[word] + weekday)
        return found if found >= today else None
    ahead = (weekday - today.weekday()) % 7
    return today + timedelta(days=ahead) if ahead else None


@settings(max_examples=250, deadline=None)
@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sampled_from(["周", "这周", "下周", "下下周"]), st.integers(0, 6),
    st.sampled_from(sorted(PARTS)), st.integers(1, 12), st.sampled_from(FORMS), st.booleans(),
)  # fmt: skip
def test_day_word_weekday_part_and_hour_agree_with_a_plain_reference(
    today: date, word: str, weekday: int, part: str, hour: int, form: tuple[str, int], spoken: bool
) -> None:
    written = form[0].replace("{h}", _spoken(hour) if spoken and ":" not in form[0] else str(hour))
    now = datetime(today.year, today.month, today.day, 6, 30, tzinfo=SCHOOL)
    moment = read_moment(f"{word}{WEEKDAYS[weekday]}{part}{written}", now)
    day, clock = _day(word, weekday, today), PARTS[part].get(hour)
    if day is None or clock is None or clock * 60 + form[1] > 21 * 60 + 30:
        assert not moment.bookable or moment.confirm
    else:
        assert moment.start == datetime(day.year, day.month, day.day, clock, form[1])


@settings(max_examples=150, deadline=None)
@given(st.datetimes(datetime(2026, 9, 10, 7), datetime(2027, 2, 20, 21)), st.booleans())
def test_what_the_bot_says_back_is_read_as_itself(moment: datetime, year: bool) -> None:
    moment = moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)
    if not 7 * 60 <= moment.hour * 60 + moment.minute <= 21 * 60 + 30:
        return
    part = "上午" if moment.hour < 12 else "中午" if moment.hour < 13 else "下午" if moment.hour < 18 else "晚上"
    day = f"{moment.month}月{moment.day}日（周{WEEKDAYS[moment.weekday()]}）"
    hour = moment.hour if moment.hour <= 12 else moment.hour - 12
    said = f"{f'{moment.year}年' if year else ''}{day}{part}{hour}:{moment.minute:02}"
    assert read_moment(said, WEDNESDAY).start == moment
    platform = f"{moment.year}年{moment.month}月{moment.day}日 {moment.hour:02}:{moment.minute:02}"
    assert read_moment(platform, WEDNESDAY).start == moment


ALPHABET = (
    "周六下午三点半去张小明家改到取消不可以好的明天0123456789:：-，。、 !?？吗家访记录十一二两号月年（）上晚早\n👍"
)


@settings(max_examples=250, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=60) | st.text(max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read(text, WEDNESDAY, TEACHER)
    for context in (guardian(), guardian("none"), guardian("offer", options={"1": "2026-09-12T10:00"})):
        read(text, EVENING, context)
    for question in QUESTIONS.values():
        read(text, EVENING, guardian("survey", question=question))


LONG = [
    "三点" * 200, "1" * 200, "周六" * 1000, "啊" * 2000, "明天下午三点去张小明家，" * 160, "不" * 2000, "(" * 2000,
    "周一二三四五六" * 300, "3-" * 1000, "1:" * 1000, "农历" * 1000, "什么时候" * 500, " " * 2000, "好的" * 1000 + "x",
]  # fmt: skip


@pytest.mark.parametrize("text", LONG, ids=lambda text: f"{text[:6]}x{len(text)}")
def test_no_text_takes_long(text: str) -> None:
    """Processor time, the best of three: the machine may be busy with something else."""
    for context in (TEACHER, guardian(), guardian("survey", question=QUESTIONS["rating"])):
        best = min(_seconds(text, context) for _ in range(3))
        assert best < 0.03


def _seconds(text: str, context: Context) -> float:
    begun = process_time()
    read(text, WEDNESDAY, context)
    return process_time() - begun


def test_a_long_record_is_kept_whole() -> None:
    text = "孩子在家自觉，" * 200
    assert read("记录张小明 " + text, WEDNESDAY, TEACHER).slots["text"] == text.rstrip("，")


def test_a_roster_of_thousands_costs_no_more_than_a_class() -> None:
    names = [f"{first}{chr(0x4E00 + at)}{chr(0x5F00 + at)}" for at in range(100) for first in "赵钱孙李周吴郑王冯陈"]
    context = Context("teacher", roster=Roster.of([Known(at, name, "三(1)班") for at, name in enumerate(names)]))
    text = "这周六下午3点去张小明家家访"
    assert min(_seconds(text, context) for _ in range(5)) < 0.01


TIMES = [
    "明天下午三点",
    "周六上午十点",
    "下周二下午四点",
    "9月15号上午九点",
    "20号下午两点半",
    "周日15:30",
    "今晚八点",
    "三天后下午三点",
    "两小时后",
    "下午五点",
    "上午十一点",
    "下周三",
    "明天",
    "12号",
]
JOINTS = ("或", "、", "和", "还是", " ", "，", "，要不", "，也可以", "/", "，不行就", "改", "，实在不行")


@pytest.mark.parametrize("joint", JOINTS)
def test_a_second_time_is_never_dropped(joint: str) -> None:
    """Two times that differ make a question or something to be said back, never the first of them."""
    dropped = []
    for first, second in permutations(TIMES, 2):
        both = read_moment(first + joint + second, WEDNESDAY)
        if not both.bookable or both.confirm:
            continue
        dropped += [
            (first + joint + second, both)
            for each in (read_moment(first, WEDNESDAY), read_moment(second, WEDNESDAY))
            if (each.bookable and each.start != both.start)
            or (each.day is not None and isinstance(both.start, datetime) and each.day != both.start.date())
            or (isinstance(each.start, time) and isinstance(both.start, datetime) and each.start != both.start.time())
        ]
    assert dropped == []
