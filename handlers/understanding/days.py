"""Which day is meant: 周六, 下周三, 12号, 九月十二日, 大后天, 正月初八, 国庆后第一个周六."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from handlers.understanding import almanac
from handlers.understanding.numerals import number

DAY = timedelta(days=1)
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6} | {str(n + 1): n for n in range(7)}
#: A date that has passed is taken for next year's when that is not farther than this.
NEXT_YEAR_WITHIN = 180
#: A day of the month that has passed is taken for next month's when that is not farther than this.
NEXT_MONTH_WITHIN = 21


@dataclass(frozen=True, slots=True)
class Day:
    """What one expression says about the day. `dates` are its readings, best first.

    `weekday` is set when only a weekday was said, so that it can also confirm another day.
    `alternatives` are days that would fit a stated weekday, though not taken without one.
    """

    dates: tuple[date, ...] = ()
    ask: str | None = None
    confirm: bool = False
    weekday: int | None = None
    part: str = ""
    first_to_last: tuple[date, date] | None = None
    alternatives: tuple[date, ...] = ()
    week: date | None = None
    feast: str = ""
    remarks: tuple[str, ...] = ()
    start: int = 0
    end: int = 0


def valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def monday(day: date) -> date:
    return day - DAY * day.weekday()


def weeks_ahead(prefix: str) -> int | None:
    """0 for 这周, 1 for 下周, -1 for 上周; None when nothing was said."""
    prefix = prefix.rstrip("个一")
    if not prefix:
        return None
    return prefix.count("下") - prefix.count("上") + (prefix.count("再"))


def month_from(today: date, ahead: int) -> tuple[int, int]:
    at = today.year * 12 + today.month - 1 + ahead
    return at // 12, at % 12 + 1


def year_said(text: str | None, today: date) -> int | None:
    if not text:
        return None
    text = text.strip().removesuffix("年")
    by_word = {"今": 0, "明": 1, "下": 1, "后": 2, "去": -1, "前": -2}
    if text in by_word:
        return today.year + by_word[text]
    value = number(text.replace("两", "二") if "千" in text else text)
    if value is None:
        return None
    return value if value >= 100 else 2000 + value


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
    return Day((found,), confirm=unsure or "一" in (groups.get("pre") or "") or "那" in (groups.get("pre") or ""), week=monday(found))


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
    return Day((), "vague_day", first_to_last=(saturday, saturday + DAY))


def in_week(match: re.Match[str], today: date, record: bool) -> Day:
    first = monday(today) + DAY * 7 * (weeks_ahead(match.groupdict().get("pre") or "") or 0)
    if first + 6 * DAY < today and not record:
        return Day((), "past", first_to_last=(first, first + 6 * DAY), week=first)
    return Day((), "vague_day", first_to_last=(first, first + 6 * DAY), week=first)


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
    if coming.month == today.month and coming.year == today.year:
        return Day((coming,), confirm=bool(groups.get("next")), alternatives=tuple(filter(None, readings[:2])))
    if record:
        back = next(each for ahead in range(13) if (each := valid(*month_from(today, -ahead), day)) and each <= today)
        return Day((back,))
    if readings[0] is None:
        return Day((coming,), confirm=True, alternatives=(coming,))
    return _rolled(coming, today, NEXT_MONTH_WITHIN, readings[0])


def in_month(match: re.Match[str], today: date, record: bool) -> Day:
    return Day((), "vague_day")


def nth(match: re.Match[str], today: date, record: bool) -> Day:
    groups = match.groupdict()
    weekday = WEEKDAYS[groups["w"]]
    which = -1 if "最后" in groups["nth"] or "倒数" in groups["nth"] else number(re.sub("[第个]", "", groups["nth"])) or 1
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
    return Day((coming[0],), confirm=not sure)


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


READERS: dict[str, Callable[[re.Match[str], date, bool], Day]] = {
    "weekday": on_weekday, "weekdays": on_weekdays, "weekend": on_weekend, "week": in_week, "relative": relative,
    "date": month_day, "compact_date": compact, "dom": day_of_month, "month": in_month, "month_part": in_month,
    "nth_week": in_month, "nth": nth, "lunar": lunar, "lunar_day": lunar_day, "holiday": on_feast,
}  # fmt: skip


def read_day(kind: str, match: re.Match[str], today: date, record: bool) -> Day:
    return replace(READERS[kind](match, today, record), start=match.start(), end=match.end())


def after_feast(feast_day: Day, hanging: Day) -> Day:
    """国庆后第一个周六: counted from the last free day where one is published."""
    base = feast_day.dates[0]
    span = almanac.holiday_span(base)
    last = span[1] if span else base
    which = int(hanging.remarks[0].split()[1])
    if hanging.weekday is None or which < 1:
        return replace(hanging, ask="vague_day")
    found = last + DAY * ((hanging.weekday - last.weekday() - 1) % 7 + 1 + 7 * (which - 1))
    remarks = ("make_up_workday",) if almanac.make_up_workday(found) else ()
    return Day((found,), confirm=True, remarks=remarks, start=feast_day.start, end=hanging.end)


def days_between(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
