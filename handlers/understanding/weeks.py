"""Days told by their week: 周六, 下周三, 周五六, 周末, 下周."""

from __future__ import annotations

import re
from datetime import date

from handlers.understanding.day import DAY, Day, monday

WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6} | {str(n + 1): n for n in range(7)}


def weeks_ahead(prefix: str) -> int | None:
    """0 for 这周, 1 for 下周, -1 for 上周; None when nothing was said."""
    prefix = prefix.rstrip("个一")
    if not prefix:
        return None
    return prefix.count("下") - prefix.count("上") + (prefix.count("再"))


def on_weekday(match: re.Match[str], today: date, record: bool) -> Day:
    weekday = WEEKDAYS[match["w"]]
    groups = match.groupdict()
    ahead = weeks_ahead(groups.get("pre") or "")
    if ahead is None:
        return bare_weekday(weekday, today, record)
    found = monday(today) + DAY * (7 * ahead + weekday)
    if ahead == 0 and found < today and not record:
        return Day((), "past", alternatives=(found, found + 7 * DAY), week=monday(found))
    if found < today and not record:
        return Day((), "past", alternatives=(found,))
    unsure = ahead > 0 and today.weekday() == 6
    # A speaker on a Sunday may mean the week that begins tomorrow, or the one after it.
    return Day(
        (found,),
        confirm=unsure or "一" in (groups.get("pre") or "") or "那" in (groups.get("pre") or ""),
        week=monday(found),
    )


def bare_weekday(weekday: int, today: date, record: bool = False) -> Day:
    ahead = (weekday - today.weekday()) % 7
    if record:
        return Day((today - DAY * ((today.weekday() - weekday) % 7),), confirm=True, weekday=weekday)
    found = today + DAY * ahead
    if ahead == 0:
        return Day((today, today + 7 * DAY), "same_weekday", weekday=weekday)
    # Said later in the week than the day named, it may also mean the day that has passed.
    return Day((found,), confirm=found.weekday() < today.weekday(), weekday=weekday)


def on_weekdays(match: re.Match[str], today: date, record: bool) -> Day:
    ahead = weeks_ahead(match["pre"] or "")
    base = monday(today) + DAY * 7 * (ahead or 0)
    found = [base + DAY * WEEKDAYS[each] for each in match["days"]]
    if ahead is None:
        found = [each if each >= today else each + 7 * DAY for each in found]
    return Day(tuple(found), "multiple")


def on_weekend(match: re.Match[str], today: date, record: bool) -> Day:
    saturday = monday(today) + DAY * (7 * (weeks_ahead(match["pre"] or "") or 0) + 5)
    if saturday + DAY < today and not record:
        return Day((), "past", first_to_last=(saturday, saturday + DAY))
    return Day((), "vague_day", first_to_last=(saturday, saturday + DAY), week=saturday - 5 * DAY)


def in_week(match: re.Match[str], today: date, record: bool) -> Day:
    first = monday(today) + DAY * 7 * (weeks_ahead(match.groupdict().get("pre") or "") or 0)
    if first + 6 * DAY < today and not record:
        return Day((), "past", first_to_last=(first, first + 6 * DAY), week=first)
    return Day((), "vague_day", first_to_last=(first, first + 6 * DAY), week=first)
