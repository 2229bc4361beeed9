"""What ought to become of visits as the hours pass: lapsed, asked again, reminded of, missed (B13, B15, V2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.faults.reference import AFFAIRS, CALL, DAY, HOME, HOMEROOM, HOUR, Reference, Visit, at, day

MINUTE = timedelta(minutes=1)
#: What is asked when it should be over, and so long after its end.
CLOSING = {HOME: ("presence.remind", 2 * HOUR), CALL: ("presence.took_place", 0 * HOUR)}


def pass_to(school: Reference, now: datetime) -> None:
    """All that is due by then has happened or is owed."""
    for visit in school.visits.values():
        if visit.open and visit.asked and visit.offer_ends() <= now:
            _lapse(school, visit, now)
        if visit.open and visit.asked:
            _chase(school, visit, now)
    for visit in school.visits.values():
        if visit.state == "confirmed":
            _watch(school, visit, now)
    for visit in school.visits.values():
        if visit.state == "confirmed":
            _remind(school, visit, now)


def coming(school: Reference, now: datetime) -> Iterator[datetime]:
    """Moments at which something ought to happen by itself."""
    for visit in school.visits.values():
        if visit.open and visit.asked:
            yield visit.offer_ends()
            for kind, moment, until, slot in _chasers(visit):
                if moment < until and not school.owed(kind, visit.id, visit.steps, slot):
                    yield moment
        if visit.state == "confirmed":
            kind, moment = CLOSING[visit.form]
            if not school.owed(kind, visit.id, visit.round):
                yield visit.ends + moment
            if visit.asked is None:
                yield visit.ends + DAY
            for kind, moment, _, _ in reminders(visit):
                if moment >= visit.confirmed_at and not school.owed(kind, *_key(kind, visit)):
                    yield moment


def _lapse(school: Reference, visit: Visit, now: datetime) -> None:
    asked, visit.asked, visit.steps = visit.asked, None, visit.steps + 1
    visit.state = "lapsed" if visit.state == "proposed" else visit.state
    school.owe(visit, "offer.lapsed", [visit.teacher], now)
    if asked == "teacher":
        family = school.told(visit)
        school.owe(visit, "offer.counter_lapsed", [p for p in family if p == visit.countered_by] or family, now)


def _chasers(visit: Visit) -> list[tuple[str, datetime, datetime, str]]:
    """Kind, from when, until when, slot."""
    since, end = visit.offer_at, visit.offer_ends()
    if visit.asked == "guardian":
        again = ("offer.again", since + DAY, min(end, since + 2 * DAY), "")
        return [again, ("offer.telephone", since + 2 * DAY, end, "")]
    first = ("offer.counter_again", since + 12 * HOUR, min(end, since + DAY), "12")
    return [first, ("offer.counter_again", since + DAY, end, "24")]


def _chase(school: Reference, visit: Visit, now: datetime) -> None:
    for kind, moment, until, slot in _chasers(visit):
        if moment <= now and not school.owed(kind, visit.id, visit.steps, slot):
            people = school.told(visit) if kind == "offer.again" else [visit.teacher]
            school.owe(visit, kind, people, now, slot=slot, expires=until)


def _watch(school: Reference, visit: Visit, now: datetime) -> None:
    missed, key = visit.ends + DAY, {"round": visit.round}
    kind, after = CLOSING[visit.form]
    over = visit.ends + after <= now < missed and not school.owed(kind, visit.id, visit.round)
    if over and visit.form == HOME:
        school.owe(visit, "presence.remind", [visit.teacher], now, **key)
        school.owe(visit, "presence.alert", sorted({HOMEROOM, AFFAIRS} - {visit.teacher}), now, **key)
    elif over:
        school.owe(visit, "presence.took_place", [visit.teacher], now, **key, expires=missed)
    if visit.asked is None and missed <= now:
        visit.state, visit.steps = "missed", visit.steps + 1
        school.owe(visit, "presence.missed", [visit.teacher], now)


def reminders(visit: Visit) -> list[tuple[str, datetime, datetime, str]]:
    """Kind, from when, until when, to whom."""
    start, early = visit.starts, []
    if start - visit.confirmed_at >= 6 * DAY:
        early = [("reminder.early", at(start, 18, days=-3), at(start, 21, 30, days=-3), "both")]
    return [
        *early,
        ("reminder.evening", at(start, 18, days=-1), at(start, 21, 30, days=-1), "family"),
        ("reminder.brief", at(start, 18, days=-1), at(start, 21, 30, days=-1), "teacher"),
        ("reminder.teacher", start - 120 * MINUTE, start - 15 * MINUTE, "teacher"),
        ("reminder.guardian", start - 60 * MINUTE, start - 15 * MINUTE, "family"),
    ]


def _key(kind: str, visit: Visit) -> tuple[int, int, str]:
    """A teacher has one brief for all visits of a day."""
    return (0, 0, day(visit.starts)) if kind == "reminder.brief" else (visit.id, visit.round, "")


def _remind(school: Reference, visit: Visit, now: datetime) -> None:
    answering = school.answering(visit)
    family = [] if answering in school.stopped else [answering]
    for kind, moment, until, whom in reminders(visit):
        if not max(moment, visit.confirmed_at) <= now <= until or moment < visit.confirmed_at:
            continue
        _, number, slot = _key(kind, visit)
        if kind != "reminder.brief" and school.owed(kind, *_key(kind, visit)):
            continue
        key = {"round": number, "slot": slot, "expires": until}
        people = {"both": [visit.teacher, *family], "family": family, "teacher": [visit.teacher]}[whom]
        school.owe(visit, kind, people, now, **key)
