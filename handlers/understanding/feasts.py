"""Days told by the moon or by a feast: 正月初八, 除夕, 中秋, 国庆后第一个周六."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from handlers.understanding import almanac
from handlers.understanding.day import DAY, NEXT_YEAR_WITHIN, Day, year_said
from handlers.understanding.numerals import number


def lunar(match: re.Match[str], today: date, record: bool) -> Day:
    groups = match.groupdict()
    month = {"正": 1, "冬": 11, "腊": 12}.get(groups.get("m") or "") or number(groups.get("m") or "") or 1
    said = groups.get("d") or "三十"
    day = number(said.removeprefix("初"))
    if said == "三十" and (groups.get("eve") or groups.get("new")):
        month = 12
    if day is None or not 1 <= month <= 12 or not 1 <= day <= 30:
        return Day((), "invalid")
    year = year_said(groups.get("y"), today)
    years = [year] if year else [today.year - 1, today.year, today.year + 1, today.year + 2]
    found = [each for y in years if (each := almanac.lunar_date(y, month, day)) is not None]
    coming = [each for each in found if each >= today]
    if not found:
        return Day((), "invalid")
    if not coming or (year and not coming):
        return Day(tuple(found), confirm=True) if record else Day((), "past", alternatives=tuple(found))
    plain = groups.get("m") in ("正", "冬", "腊") or bool(groups.get("lunar") or groups.get("lunar2"))
    if (coming[0] - today).days > NEXT_YEAR_WITHIN * 2:
        return Day((), "past", alternatives=(coming[0],))
    sure = plain and said != "三十" and (coming[0] - today).days <= NEXT_YEAR_WITHIN
    return Day((coming[0],), confirm=not sure, feast="除夕" if groups.get("eve") else "")


def lunar_day(match: re.Match[str], today: date, record: bool) -> Day:
    """初三 alone: the next lunar third, or a grade of the middle school: never taken without asking."""
    from lunar_python import Solar

    here = Solar.fromYmd(today.year, today.month, today.day).getLunar()
    day = number(match.group().removeprefix("初")) or 1
    year, month = here.getYear(), abs(here.getMonth())
    if day < here.getDay():
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    found = almanac.lunar_date(year, month, day)
    return Day((found,) if found else (), "lunar", confirm=True)


def on_feast(match: re.Match[str], today: date, record: bool) -> Day:
    name = match["name"]
    year = year_said(match["y"], today)
    days = [almanac.feast(name, each) for each in ((year,) if year else (today.year, today.year + 1))]
    coming = [each for each in days if each and each >= today]
    span = almanac.holiday_span(days[0]) if days[0] and coming[:1] != days[:1] else None
    if span and days[0] and span[1] >= today and not year:
        coming = [days[0]]
    if not coming:
        return Day((), "past", alternatives=tuple(filter(None, days)), feast=name)
    if (coming[0] - today).days > NEXT_YEAR_WITHIN * 2:
        return Day((), "past", alternatives=(coming[0],), feast=name)
    if match["rest"]:
        first_to_last = almanac.holiday_span(coming[0])
        return Day((coming[0],), "vague_day", first_to_last=first_to_last, feast=name)
    return Day((coming[0],), confirm=True, feast=name)


def after_feast(feast_day: Day, hanging: Day) -> Day:
    """国庆后第一个周六: counted from the last free day where one is published."""
    base = feast_day.dates[0]
    span = almanac.holiday_span(base)
    last = span[1] if span else base
    which = int(hanging.remarks[0].split()[1])
    if hanging.weekday is None:
        found = almanac.next_workday(last)
        return Day((found,), confirm=True) if found else Day((), "vague_day")
    if which < 1:
        return replace(hanging, ask="vague_day")
    found = last + DAY * ((hanging.weekday - last.weekday() - 1) % 7 + 1 + 7 * (which - 1))
    remarks = ("make_up_workday",) if almanac.make_up_workday(found) else ()
    return Day((found,), confirm=True, remarks=remarks, start=feast_day.start, end=hanging.end)
