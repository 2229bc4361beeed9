"""Which day is meant: 12号, 九月十二日, 大后天, 下个月第二个周日, and by week or feast."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from handlers.understanding import almanac
from handlers.understanding.day import DAY, NEXT_MONTH_WITHIN, NEXT_YEAR_WITHIN, Day, month_from, valid, year_said
from handlers.understanding.feasts import lunar, lunar_day, on_feast
from handlers.understanding.numerals import number
from handlers.understanding.weeks import WEEKDAYS, in_week, on_weekday, on_weekdays, on_weekend


def relative(match: re.Match[str], today: date, record: bool) -> Day:
    far = match["far"]
    steps = {"今": 0, "明": 1, "昨": -1}.get(match["near"] or "", 0)
    if far:
        steps = (2 + len(match["big"])) * (1 if far == "后" else -1)
    tail = match["tail"] or match["tail2"] or match["tail3"] or ""
    part = {"晚": "evening", "夜": "night", "早": "morning", "晨": "morning"}.get(tail[:1], "")
    found = today + DAY * steps
    if steps < 0 and not record:
        return Day((), "past", alternatives=(found,), part=part)
    return Day((found,), part=part)


def month_day(match: re.Match[str], today: date, record: bool) -> Day:
    groups = match.groupdict()
    if groups.get("lunar") or groups.get("lunar2"):
        return lunar(match, today, record)
    month, day = number(groups["m"]), number(groups["d"])
    year = year_said(groups.get("y"), today)
    if month is None or day is None or not 1 <= month <= 12:
        return Day((), "invalid")
    if year is not None:
        return _in_year(year, month, day, today, record, two_digits=len(groups["y"].strip("年 ")) == 2)
    if not any(valid(each, month, day) for each in range(today.year, today.year + 5)):
        return Day((), "invalid")
    found = valid(today.year, month, day)
    unclear = not match.group().endswith(("号", "日")) and not re.search(r"[\d/.-]", match.group())
    moon = almanac.lunar_date(today.year, month, day) if unclear and day <= 30 else None
    if record and found and found > today and valid(today.year - 1, month, day):
        return Day((found.replace(year=today.year - 1),), confirm=True)
    if found and (found >= today or record):
        return Day((found,), confirm=unclear, alternatives=(found,))
    if moon and today <= moon <= today + DAY * NEXT_YEAR_WITHIN:
        # Without 号 it may be a day of the moon, and the solar one has passed.
        return Day((moon,), "lunar", confirm=True)
    if record:
        return Day((), "past")
    coming = next(filter(None, (valid(each, month, day) for each in range(today.year + 1, today.year + 9))))
    return _rolled(coming, today, NEXT_YEAR_WITHIN, found)


def _in_year(year: int, month: int, day: int, today: date, record: bool, two_digits: bool = False) -> Day:
    found = valid(year, month, day)
    if found is None:
        return Day((), "invalid")
    if found < today and not record:
        return Day((), "past", alternatives=(found,))
    return Day((found,), confirm=two_digits, alternatives=(found,))


def _rolled(coming: date, today: date, within: int, passed: date | None = None) -> Day:
    """What has passed is next time's if that is near, else a question."""
    alternatives = (passed, coming) if passed else (coming,)
    if (coming - today).days <= within:
        return Day((coming,), confirm=True, alternatives=alternatives)
    return Day((), "past", alternatives=alternatives)


def compact(match: re.Match[str], today: date, record: bool) -> Day:
    said = match.group()
    return _in_year(int(said[:4]), int(said[4:6]), int(said[6:]), today, record)


def day_of_month(match: re.Match[str], today: date, record: bool) -> Day:
    groups = match.groupdict()
    day = number(groups["d"])
    if day is None or not 1 <= day <= 31:
        return Day((), "invalid")
    if groups.get("rel"):
        rel = groups["rel"]
        year, month = month_from(today, rel.count("下") - rel.count("上"))
        year = year + {"去年": -1, "明年": 1}.get(groups.get("y") or "", 0)
        return _in_year(year, month, day, today, record)
    readings = [valid(*month_from(today, ahead), day) for ahead in range(13)]
    coming = next(each for each in readings if each is not None and (each >= today))
    if coming.month == today.month and coming.year == today.year and (coming == today or not record):
        return Day(
            (coming,),
            confirm=bool(groups.get("next") or groups.get("moon")),
            alternatives=tuple(filter(None, readings[:2])),
        )
    if record:
        back = next(each for ahead in range(13) if (each := valid(*month_from(today, -ahead), day)) and each <= today)
        return Day((back,))
    if readings[0] is None:
        return Day((coming,), confirm=True, alternatives=(coming,))
    return _rolled(coming, today, NEXT_MONTH_WITHIN, readings[0])


def no_day(match: re.Match[str], today: date, record: bool) -> Day:
    return Day((), "invalid")


def in_month(match: re.Match[str], today: date, record: bool) -> Day:
    return Day((), "vague_day")


def nth_in_month(match: re.Match[str], today: date, record: bool) -> Day:
    """下个月最后一天, 九月倒数第二天, 这个月第三天."""
    groups = match.groupdict()
    said = year_said(groups["y"], today)
    if groups["m"]:
        year, month = said or today.year, number(groups["m"]) or 1
    else:
        year, month = month_from(today, groups["rel"].count("下") - groups["rel"].count("上"))
    if not 1 <= month <= 12:
        return Day((), "invalid")
    if groups["m"] and not said and _day_in(groups["nth"], year, month) < today and not record:
        return _rolled(_day_in(groups["nth"], year + 1, month), today, NEXT_YEAR_WITHIN)
    found = _day_in(groups["nth"], year, month)
    return Day((found,)) if found >= today or record else Day((), "past", alternatives=(found,))


def _day_in(nth: str, year: int, month: int) -> date:
    count = 1 if nth in ("最后一天", "头一天") else number(re.sub("[倒数第天]", "", nth)) or 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - DAY * count if nth.startswith(("最后", "倒数")) else date(year, month, 1) + DAY * (count - 1)


def workday(match: re.Match[str], today: date, record: bool) -> Day:
    """下个工作日, 放假回来第一天: by the published calendar, to be said back; 国庆后第一个工作日 hangs on its feast."""
    if not re.match("放|收|假|长|小|节", match.group()):
        found = None if match.group()[0] in "第头首" else almanac.next_workday(today)
        return Day((found,), confirm=True, remarks=("nth 1",)) if found else Day((), "vague_day", remarks=("nth 1",))
    span = almanac.next_holiday(today)
    found = almanac.next_workday(span[1]) if span else None
    if span is None or found is None:
        return Day((), "vague_day")
    after = almanac.next_holiday(found)
    # 节后 between two holidays that lie close together may mean either.
    both = after is not None and (after[0] - found).days <= 14
    return Day((), "vague_day") if both else Day((found,), confirm=True)


def nth(match: re.Match[str], today: date, record: bool) -> Day:
    groups = match.groupdict()
    weekday = WEEKDAYS[groups["w"]]
    which = (
        -1 if "最后" in groups["nth"] or "倒数" in groups["nth"] else number(re.sub("[第个]", "", groups["nth"])) or 1
    )
    if groups["m"]:
        month = number(groups["m"]) or 1
        said = year_said(groups["y"], today)
        year = said or today.year
    elif groups["rel"]:
        said = 1
        year, month = month_from(today, groups["rel"].count("下") - groups["rel"].count("上"))
    else:
        # Without a month it hangs on what stands before it (国庆后第一个周六).
        return Day((), "vague_day", weekday=weekday, remarks=(f"nth {which}",))
    if not 1 <= month <= 12:
        return Day((), "invalid")
    found = almanac.nth_weekday(year, month, weekday, which)
    if found is None:
        return Day((), "invalid")
    if found < today and not record:
        coming = almanac.nth_weekday(year + 1, month, weekday, which)
        return Day((), "past") if said or coming is None else _rolled(coming, today, NEXT_YEAR_WITHIN)
    return Day((found,))


READERS: dict[str, Callable[[re.Match[str], date, bool], Day]] = {
    "weekday": on_weekday, "weekdays": on_weekdays, "weekend": on_weekend, "week": in_week, "relative": relative,
    "date": month_day, "compact_date": compact, "dom": day_of_month, "month": in_month, "month_part": in_month,
    "nth_week": in_month, "no_weekday": no_day, "nth": nth,
    "month_day": nth_in_month, "workday": workday, "lunar": lunar, "lunar_day": lunar_day, "holiday": on_feast,
}  # fmt: skip


def read_day(kind: str, match: re.Match[str], today: date, record: bool) -> Day:
    return replace(READERS[kind](match, today, record), start=match.start(), end=match.end())
