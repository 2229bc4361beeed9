"""From what was said to what may be booked: constraints take readings away; one that is left is a value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from handlers.understanding import almanac
from handlers.understanding.day import NEXT_YEAR_WITHIN, Day
from handlers.understanding.hours import PART_ENDS, Hour, clock, meanings, spans
from handlers.understanding.moment import Moment
from handlers.understanding.pieces import Ground


@dataclass
class Said:
    """A day, up to two hours, a part of the day; `why` is a reason to ask that is known already."""

    day: Day | None = None
    hours: list[Hour] = field(default_factory=list)
    part: str = ""
    confirm: bool = False
    why: str | None = None
    left_over: bool = False
    only_denied: bool = False

    def ask_unless(self, settled: bool, why: str) -> None:
        """The first reason to ask stands."""
        if not settled:
            self.why = self.why or why


def settle(said: Said, ground: Ground) -> Moment:
    """The moment that is meant, or the question that must be asked."""
    _keep(said, ground)
    _of_the_days(said, ground)
    if said.only_denied:
        return Moment(ask="vague_day")
    moment = _value(said, ground)
    if said.left_over and moment.ask is None and not moment.none:
        return Moment(ask="vague_time", candidates=(moment,), partial=_partial(said))
    return moment


def _keep(said: Said, ground: Ground) -> None:
    """A change keeps what is not said of the visit under discussion, to be said back."""
    if ground.base is None:
        return
    if said.day is None and (said.hours or said.part):
        said.day = Day((ground.base.date(),), confirm=True)
        if len(said.hours) == 1 and not said.hours[0].part and not said.hours[0].written:
            _nearest(said.hours[0], ground.base)
    elif said.day and said.day.dates and len(said.hours) == 1 and _still(said.hours[0], said.day, ground.base):
        # 周五的电话能改到八点吗, 周日吧还是十点: the day or the hour of the visit said again.
        if not said.hours[0].part and not said.hours[0].written and not said.part:
            _nearest(said.hours[0], ground.base)
    elif ground.keep and said.day and said.day.dates and not said.hours and not said.part and said.why is None:
        said.hours = [Hour(ground.base.hour, ground.base.minute, written=True)]
        said.confirm = True


def _of_the_days(said: Said, ground: Ground) -> None:
    """A weekday alone is one of the days that were spoken of before, to be said back."""
    day = said.day
    if ground.days is None or day is None or day.weekday is None or day.ask not in (None, "same_weekday"):
        return
    first, last = ground.days
    found = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = [each for each in found if each.weekday() == day.weekday and each >= ground.today]
    if found:
        said.day = replace(day, dates=tuple(found), ask="multiple" if len(found) > 1 else None, confirm=True)


def _still(hour: Hour, day: Day, base: datetime) -> bool:
    return day.dates == (base.date(),) or (hour.h % 12, hour.m) == (base.hour % 12, base.minute)


def _nearest(hour: Hour, base: datetime) -> None:
    """Of 8:00 and 20:00 the one in the half of the day of which one is speaking."""
    if hour.h in (7, 8, 9, 10) and hour.ask is None:
        hour.confirm = True
        if base.hour >= 16 and hour.h < 10:
            hour.h, hour.written = hour.h + 12, True
        elif base.hour < 12:
            hour.written = True


def _partial(said: Said) -> dict[str, str]:
    out: dict[str, str] = {}
    if said.day and said.day.dates and said.day.ask is None:
        out["date"] = said.day.dates[0].isoformat()
    if len(said.hours) == 1 and said.hours[0].ask != "invalid":
        found, _, _ = meanings(said.hours[0])
        if len(found) == 1:
            out["time"] = clock(found[0]).isoformat(timespec="minutes")
    if said.part and not said.hours:
        out["daypart"] = said.part
    return out


def _value(said: Said, ground: Ground) -> Moment:
    day = said.day
    if any(each.ask == "invalid" for each in said.hours) or (day and day.ask == "invalid"):
        return Moment(ask="invalid", partial=_partial(said))
    if said.why:
        return _asked(said, said.why)
    if day is None:
        return _without_day(said)
    if day.ask and day.ask not in ("same_weekday", "lunar", "multiple", "conflict", "past"):
        return _asked(said, day.ask)
    if day.ask == "past" and not day.dates:
        return _passed(said, ground)
    if not said.hours:
        return _day_alone(said, day, ground)
    if len(said.hours) == 2:
        return _range(said, day, ground)
    return _clock(said, day, ground)


def _asked(said: Said, why: str) -> Moment:
    candidates: tuple[Moment, ...] = ()
    if said.day and said.day.first_to_last:
        first, last = said.day.first_to_last
        candidates = (Moment(first, last, "range"),)
    elif said.day and why == "multiple":
        candidates = tuple(Moment(each, granularity="date", daypart=said.part) for each in said.day.dates)
    return Moment(ask=why, candidates=candidates, partial=_partial(said))


def _without_day(said: Said) -> Moment:
    if not said.hours:
        return Moment(ask="no_day", partial=_partial(said))
    if len(said.hours) == 2:
        found, unsure, why = spans(said.hours[0], said.hours[1])
        candidates = tuple(Moment(clock(a), clock(b), "range") for a, b in found)
        if why:
            return Moment(ask=why, candidates=candidates)
        return Moment(clock(found[0][0]), clock(found[0][1]), "range", confirm=unsure or said.confirm)
    hour = said.hours[0]
    found_at, unsure, why = meanings(hour)
    if hour.ask or why:
        return Moment(
            ask=hour.ask or why, candidates=tuple(Moment(clock(each), granularity="time") for each in found_at)
        )
    return Moment(clock(found_at[0]), granularity="time", confirm=unsure or hour.confirm or said.confirm)


def _passed(said: Said, ground: Ground) -> Moment:
    assert said.day is not None
    coming = [
        each for each in said.day.alternatives if timedelta() <= each - ground.today <= timedelta(days=NEXT_YEAR_WITHIN)
    ]
    part, partial = said.part if not said.hours else "", _partial(said)
    if "time" in partial:
        # The hour was said and still holds: only the day has to be said anew.
        hours = [datetime.combine(each, time.fromisoformat(partial["time"])) for each in coming[:1]]
        candidates = tuple(Moment(each, granularity="datetime", confirm=True) for each in hours)
    else:
        candidates = tuple(Moment(each, granularity="date", daypart=part) for each in coming[:1])
    return Moment(ask="past", candidates=candidates, partial={k: v for k, v in partial.items() if k == "time"})


def _over(day: date, part: str, ground: Ground) -> bool:
    """Whether the day, or the part of today, has passed."""
    if ground.record or day > ground.today:
        return False
    return day < ground.today or (bool(part) and ground.now.hour * 60 + ground.now.minute >= PART_ENDS[part])


def _remarks(day: date) -> tuple[str, ...]:
    """What the bot should point out about a day: make_up_workday or holiday; the school's own calendar comes first."""
    if day.weekday() >= 5:
        return ("make_up_workday",) if almanac.make_up_workday(day) else ()
    return ("holiday",) if almanac.free(day) else ()


def _day_alone(said: Said, day: Day, ground: Ground) -> Moment:
    left = [each for each in day.dates if not _over(each, said.part, ground)]
    moments = tuple(Moment(each, granularity="date", daypart=said.part) for each in left)
    if day.ask in ("multiple", "conflict", "lunar"):
        return Moment(ask=day.ask, candidates=moments)
    if not left:
        return Moment(ask="past", candidates=_next_time(said, day, ground))
    if len(left) > 1:
        return Moment(ask=day.ask or "multiple", candidates=moments)
    confirm = day.confirm or said.confirm or len(left) < len(day.dates)
    return Moment(left[0], granularity="date", daypart=said.part, confirm=confirm, remarks=_remarks(left[0]))


def _next_time(said: Said, day: Day, ground: Ground) -> tuple[Moment, ...]:
    """The 30th at one o'clock has passed today: next month's."""
    later = [each for each in day.alternatives if timedelta() < each - ground.today <= timedelta(days=NEXT_YEAR_WITHIN)]
    if not later:
        return ()
    if len(said.hours) == 1:
        found, _, why = meanings(said.hours[0])
        if len(found) == 1 and not why:
            return (Moment(datetime.combine(later[0], clock(found[0])), granularity="datetime"),)
    return (Moment(later[0], granularity="date", daypart=said.part),)


def _clock(said: Said, day: Day, ground: Ground) -> Moment:
    hour = said.hours[0]
    found, unsure, why = meanings(hour)
    if hour.ask or why not in (None, "ampm"):
        asked = hour.ask or why
        return Moment(ask=asked, partial=_partial(said))
    readings = [datetime.combine(each, clock(at)) for each in day.dates for at in found]
    left = [each for each in readings if each >= ground.now.replace(second=0, microsecond=0) or ground.record]
    if ground.record and why == "ampm":
        left = [each for each in left if each <= ground.now] or left
    if why == "ampm" and len(left) == 1:
        at = left[0].hour * 60 + left[0].minute
        left = left if at <= 1290 else []
    moments = tuple(Moment(each, granularity="datetime") for each in left)
    if not left:
        return Moment(ask="past", candidates=_next_time(said, day, ground))
    if day.ask in ("multiple", "conflict", "lunar"):
        return Moment(ask=day.ask, candidates=moments)
    if len(left) > 1:
        return Moment(
            ask=day.ask if len({each.date() for each in left}) > 1 and day.ask else why or day.ask or "multiple",
            candidates=moments,
            partial=_partial(said),
        )
    confirm = unsure or hour.confirm or day.confirm or said.confirm or len(left) < len(readings)
    return Moment(left[0], granularity="datetime", confirm=confirm, remarks=_remarks(left[0].date()))


def _range(said: Said, day: Day, ground: Ground) -> Moment:
    found, unsure, why = spans(said.hours[0], said.hours[1])
    if why not in (None, "ampm"):
        return Moment(ask=why, partial=_partial(said))
    readings = [
        (datetime.combine(each, clock(a)), datetime.combine(each, clock(b))) for each in day.dates for a, b in found
    ]
    left = [
        each
        for each in readings
        if (
            each[1] > ground.now
            and (each[0].date() > ground.today or each[0] >= ground.now.replace(second=0, microsecond=0))
        )
        or ground.record
    ]
    moments = tuple(Moment(a, b, "range") for a, b in left)
    if not left:
        return Moment(ask="past")
    if day.ask in ("multiple", "conflict", "lunar"):
        return Moment(ask=day.ask, candidates=moments)
    if len(left) > 1:
        return Moment(ask=day.ask or why or "ampm", candidates=moments)
    confirm = unsure or day.confirm or said.confirm or len(left) < len(readings)
    return Moment(*left[0], "range", confirm=confirm, remarks=_remarks(left[0][0].date()))
