"""What the first message after a start would wait for: the tables compiled and the moon's years counted beforehand."""

from __future__ import annotations

from datetime import datetime

from handlers.understanding import almanac
from handlers.understanding.context import Context, OpenVisit, Question
from handlers.understanding.normalise import pattern, table
from handlers.understanding.outright_reading import read_outright
from handlers.understanding.phrases import phrase
from handlers.understanding.reader import read

#: One message for each table: an answer to a visit with a time, one to a survey, one unasked, one of a teacher.
VISIT = OpenVisit(1, start=datetime(2026, 9, 12, 15, 30), form="入户")  # noqa: DTZ001 - the school's wall clock
SURVEYED = ("rating", "yes_no", "single_choice", "free_text")
FIRST = (
    (Context("guardian", visit=VISIT, pending="confirmation"), "孩子三点有课，没空，能不能改到周日下午四点"),
    (Context("guardian", pending="offer", options={"1": "2026-09-12T10:00"}), "第一个"),
    (Context("guardian", confirmed=VISIT), "老师，请问几点到"),
    (Context(), "约张小明周六下午三点家访"),
)


def prepare(now: datetime) -> None:
    """Reads one message of each kind; `now` is aware, in the school's zone."""
    for group, rows in table("patterns").items():
        for key in rows:
            pattern(f"{group}.{key}")
    for key, row in table("guardian").items():
        if isinstance(row, str) or (isinstance(row, list) and isinstance(row[0], str)):
            phrase(key)
    questions = [Context("guardian", pending="survey", question=Question(each)) for each in SURVEYED]
    for context, text in (*FIRST, *((each, "还行") for each in questions)):
        read_outright(text, now, context)
        read(text, now, context)
    for year in range(now.year - 1, now.year + 3):
        almanac.lunar_date(year, 1, 1)
