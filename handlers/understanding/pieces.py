"""The pieces of time in a text: what each says, which were denied, which were corrected."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from handlers.understanding import almanac
from handlers.understanding.day import Day, month_from, valid
from handlers.understanding.days import READERS, read_day
from handlers.understanding.feasts import after_feast
from handlers.understanding.hours import Hour, read_hour
from handlers.understanding.lexicon import tokens
from handlers.understanding.normalise import pattern, table
from handlers.understanding.numerals import number

#: Beyond this many pieces nobody is naming one time.
MOST = 40
NAME = "\ue000"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a time is read against: the hour it was said, the visit under discussion, and how it was said.

    `keep`: a change keeps what is not said. `plain`: nothing is being denied (提醒我三点开会).
    `days`: the first and last of those that were spoken of before (下周 … 周三吧).
    """

    now: datetime
    base: datetime | None = None
    record: bool = False
    dialect: bool = False
    keep: bool = False
    plain: bool = False
    days: tuple[date, date] | None = None

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(slots=True)
class Piece:
    """`kind` is day, hour, part, or the name of the form in the lexicon."""

    kind: str
    start: int
    end: int
    said: str
    day: Day | None = None
    hour: Hour | None = None
    part: str = ""
    match: re.Match[str] | None = None
    denied: bool = False


_PARTS: dict[str, str] = {}


def part_of(word: str) -> str:
    if not _PARTS:
        _PARTS.update({word: part for part, words in table("times")["parts"].items() for word in words})
        _PARTS.update({"早": "morning", "晚": "evening"})
    return _PARTS[word]


def pieces(text: str, ground: Ground) -> list[Piece]:
    found: list[Piece] = []
    for kind, match in tokens(text):
        start, end = match.span()
        piece = Piece(kind, start, end, match.group(), match=match)
        if kind in READERS:
            piece.kind = "day"
            piece.day = read_day(kind, match, ground.today, ground.record)
        elif kind == "hour":
            piece.hour = read_hour(match, ground.dialect)
        elif kind == "midnight":
            piece.kind, piece.hour = "hour", Hour(0, written=True, start=start, end=end)
        elif kind == "part":
            piece.part = part_of(match["word"])
        elif kind == "some_hour":
            piece.kind, piece.hour = "hour", Hour(0, ask="vague_time", start=start, end=end)
        if piece.kind == "day" and _of_a_birth(text, start, end):
            piece.kind = "shield"
        if piece.day and text[start] == "明" and start and text[start - 1] in _name_starts():
            # 李明天来 is 李明 or 明天: nobody can tell without the roster.
            piece.day = replace(piece.day, confirm=True)
        found.append(piece)
    return found


def _name_starts() -> str:
    return str(table("times")["shield"]["surnames"]).replace("于", "")


def _of_a_birth(text: str, start: int, end: int) -> bool:
    """生日是9月12日 and 9月1日出生 are no days to come."""
    before = text[max(0, start - 7) : start]
    return "生日" in before or "生于" in before or text.startswith(("出生", "生的", "生日", "过生日"), end)


def deny(text: str, found: list[Piece]) -> None:
    """Marks what a clause takes out: 周六不行, 除了周三, 不要上午."""
    plain = pattern("denial.asking").sub(lambda m: NAME * len(m.group()), text)
    times = [each for each in found if each.kind not in ("shield", "edge")]
    if not pattern("denial.denied").search(plain) and not pattern("denial.before").search(plain):
        return
    ends = [m.start() for m in pattern("denial.clause").finditer(plain)] + [len(plain)]
    for piece in times:
        clause_end = next(each for each in ends if each >= piece.end)
        clause_start = max((each + 1 for each in ends if each < piece.start), default=0)
        after = _first(pattern("denial.denied"), pattern("denial.agreed"), plain, piece.end, clause_end)
        ahead = pattern("denial.before").search(plain, clause_start, piece.start)
        if ahead and not _steps_between(plain[ahead.end() : piece.start], found, ahead.end(), piece.start):
            closing = pattern("denial.closing").search(plain, ahead.end(), piece.start)
            piece.denied = closing is None and not _corrects(times, plain, ahead, clause_end)
            if piece.day and not piece.denied and ahead.group() == "不是":
                piece.day = replace(piece.day, confirm=True)
        elif after:
            piece.denied = True


def _corrects(times: list[Piece], text: str, denial: re.Match[str], clause_end: int) -> bool:
    """明天不是后天晚上八点, said in one breath: the hour goes with the later day, so the first one is taken back."""
    first = next((each for each in times if each.end == denial.start() and each.kind == "day"), None)
    spoken = first is not None and denial.group() == "不是" and not text[: first.start].endswith("是")
    hours = [each.start for each in times if each.kind == "hour" and each.start < clause_end]
    return spoken and bool(hours) and denial.start() < min(hours)


def _steps_between(gap: str, found: list[Piece], start: int, end: int) -> bool:
    covered = sum(each.end - each.start for each in found if each.start >= start and each.end <= end)
    return len(gap) - covered > 3


def _first(bad: re.Pattern[str], good: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Whether the first predicate after a time denies it; one that is far off says nothing about it."""
    no, yes = bad.search(text, start, end), good.search(text, start, end)
    if no is None or (yes and yes.start() < no.start()):
        return False
    between = text[start : no.start()]
    return len(between) <= 12 and not re.search(r"[去访谈聊]|到.{0,4}家", between)


def drop_corrected(text: str, found: list[Piece]) -> list[Piece]:
    """周六不对周日三点: what was said before the correction and is said anew goes."""
    kept: list[Piece] = []
    last = 0
    for piece in found:
        telling = piece.kind in ("day", "hour", "part")
        turned = pattern("denial.corrected").search(text, last, piece.start) if telling and kept else None
        if turned and piece.denied and turned.group() == "不是":
            # 周六，不是周六，是周日: what is denied is what was said before; 周六，不是周日 leaves it.
            kept = [each for each in kept if each.kind != piece.kind or each.said != piece.said]
        elif turned:
            kept = [each for each in kept if each.kind != piece.kind]
        settled = piece.day and pattern("denial.settled").search(text, last, piece.start)
        if settled and piece.day and any(each.day and each.day.dates != piece.day.dates for each in kept):
            # 周三行，周四更好，就周四七点吧: the last word on it, to be said back.
            kept = [each for each in kept if each.kind not in ("day", "hour", "part")]
            piece.day = replace(piece.day, confirm=True)
        if telling:
            last = piece.end
        kept.append(piece)
    return kept


def hang_together(text: str, found: list[Piece], ground: Ground) -> list[Piece]:
    """Feasts and what is counted from them, offsets from now, and the day of the visit under discussion."""
    out: list[Piece] = []
    for piece in found:
        last = out[-1] if out else None
        gap = text[last.end : piece.start] if last else ""
        if last and last.day and last.day.feast and last.day.dates and _counted(last, gap, piece):
            out[-1] = _join(last, gap, piece)
            continue
        feast = out[-2] if last and last.kind == "edge" and len(out) > 1 else None
        if feast and feast.day and feast.day.feast and feast.day.dates and piece.day and piece.day.remarks and not gap:
            joined = after_feast(feast.day, piece.day)
            out[-2:] = [Piece("day", feast.start, piece.end, text[feast.start : piece.end], day=joined)]
            continue
        if piece.kind == "step_day":
            piece.kind = "vague_day"
        out.append(_offset(piece, ground))
    return out


def _counted(feast: Piece, gap: str, piece: Piece) -> bool:
    plain = pattern("between.over").sub("", gap)
    if piece.kind == "ordinal_day":
        return plain in ("", "前")
    return plain == "" and (piece.kind == "step_day" or bool(piece.day and piece.day.remarks))


def _join(feast: Piece, gap: str, piece: Piece) -> Piece:
    assert feast.day is not None
    if piece.day:
        joined = after_feast(feast.day, piece.day)
    elif piece.kind == "step_day":
        joined = _stepped(feast.day, piece)
    else:
        base = feast.day.dates[0]
        count = number(re.sub("[第天]", "", piece.said))
        span = feast.day.first_to_last or almanac.holiday_span(base)
        in_it = feast.said.endswith(("假", "假期", "期间", "假里", "里"))
        if piece.said.startswith("前") or (piece.said.startswith("头") and not gap and not in_it):
            found = base - timedelta(days=1)
        elif piece.said.startswith("后"):
            found = base + timedelta(days=1)
        elif piece.said == "最后一天":
            found = span[1] if span else base
        elif pattern("between.over").search(gap.strip("的")):
            found = (span[1] if span else base) + timedelta(days=count or 1)
        else:
            found = (span[0] if span else base) + timedelta(days=(count or 1) - 1)
        joined = Day((found,), confirm=True, part="evening" if piece.said.endswith(("晚", "夜")) else "")
    return Piece(
        "day", feast.start, piece.end, feast.said + piece.said, day=replace(joined, start=feast.start, end=piece.end)
    )


def _stepped(day: Day, piece: Piece) -> Day:
    """除夕前两天, 国庆后三天: counted from the feast, or from the last of its free days, to be said back."""
    count = number((piece.match["n"] if piece.match else "").replace("两", "二")) or 1
    span = almanac.holiday_span(day.dates[0])
    if "前" in piece.said:
        return Day((day.dates[0] - timedelta(days=count),), confirm=True)
    return Day(((span[1] if span else day.dates[0]) + timedelta(days=count),), confirm=True)


def amount(match: re.Match[str]) -> timedelta | None:
    """The length of 两个半小时, 一周, 半个月; None when it is vague."""
    groups = match.groupdict()
    said = groups["n"]
    if said in ("几", "一两", "两三", "三四"):
        return None
    count = 0.5 if said == "半" else float(said) if "." in said else float(number(said.replace("两", "二")) or 0)
    unit = groups["unit"]
    if groups.get("half") or groups.get("half2") or "半" in unit:
        count += 0.5
    if (
        "小时" in unit
        or "钟头" in unit
        or unit == "个点"
        or (unit.endswith("钟") and "分" not in unit and "刻" not in unit)
    ):
        return timedelta(hours=count)
    if "分" in unit:
        return timedelta(minutes=count)
    if "刻" in unit:
        return timedelta(minutes=15 * count)
    if "周" in unit or "星期" in unit or "礼拜" in unit:
        return timedelta(days=7 * count)
    if "月" in unit:
        return timedelta(days=15 if count == 0.5 else round(30 * count))
    return timedelta(days=365 * count) if "年" in unit else timedelta(days=count)


def by_the_day(match: re.Match[str]) -> bool:
    return not re.search("小时|钟|分|刻|点", match["unit"])


def _offset(piece: Piece, ground: Ground) -> Piece:
    """三天后 is a day; two hours from now stays an instant."""
    if piece.kind != "offset" or piece.match is None or not by_the_day(piece.match):
        return piece
    length = amount(piece.match)
    back = "前" in (piece.match.groupdict().get("dir") or "")
    if length is None:
        day = Day((), "vague_day")
    else:
        found = _months(piece.match, ground, back) or ground.today + (-length if back else length)
        far = not piece.match["unit"].endswith(("天", "日"))
        past = found < ground.today and not ground.record
        day = Day((), "past", alternatives=(found,)) if past else Day((found,), confirm=far)
    return Piece("day", piece.start, piece.end, piece.said, day=day)


def _months(match: re.Match[str], ground: Ground, back: bool) -> date | None:
    count = number(match["n"].replace("两", "二"))
    if "月" not in match["unit"] or count is None or match.groupdict().get("half"):
        return None
    year, month = month_from(ground.today, -count if back else count)
    return next(filter(None, (valid(year, month, day) for day in range(ground.today.day, 0, -1))))
