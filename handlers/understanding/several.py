"""Several times in one sentence, for the family to choose from: 周六上午10点或周日下午3点."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from handlers.understanding.context import Context
from handlers.understanding.moment import Moment
from handlers.understanding.reader import read_moment

BETWEEN = re.compile(r"或者|或是|或|还是|以及|[、/，,；;和跟]")


def times_in(text: str, now: datetime, context: Context) -> tuple[Moment, ...]:
    """The two or more times between which a sentence leaves the choice; empty when one of them is not whole."""
    whole = read_moment(text, now, context)
    if whole.ask != "multiple" or BETWEEN.search(text) is None:
        return ()
    if len(whole.candidates) > 1 and all(each.bookable for each in whole.candidates):
        return whole.candidates
    found: list[Moment] = []
    for piece in BETWEEN.split(text):
        moment = _carried(piece, found[-1] if found else None, now, context)
        if not moment.none:
            found.append(moment)
    whole_ones = tuple(_at_the_hour_of(each, found[-1]) for each in found)
    return whole_ones if len(found) > 1 and all(each.bookable for each in whole_ones) else ()


def _at_the_hour_of(moment: Moment, last: Moment) -> Moment:
    """周六或周日下午3点: the hour is said once, for both days, to be said back."""
    plain_day = moment.granularity == "date" and not moment.ask and not moment.daypart
    if not plain_day or not isinstance(moment.start, date) or not isinstance(last.start, datetime):
        return moment
    return replace(last, start=datetime.combine(moment.start, last.start.time()), confirm=True)


def _carried(piece: str, last: Moment | None, now: datetime, context: Context) -> Moment:
    """周六上午9点或10点: the second has the day and the part of the day of the first, to be said back."""
    moment = read_moment(piece, now, context)
    if moment.none or moment.bookable or last is None or not isinstance(last.start, datetime):
        return moment
    day = f"{last.start.month}月{last.start.day}日"
    part = "上午" if last.start.hour < 12 else "晚上" if last.start.hour >= 18 else "下午"
    for before in (day + part, day):
        joined = read_moment(before + piece, now, context)
        if joined.bookable:
            return replace(joined, confirm=True)
    return moment
