"""What ought to be, in plain values and without a database: visits, held hours, and what everybody is owed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from tests.cast import ZONE

HOME, CALL = "at_home", "phone"
LENGTH = {HOME: timedelta(minutes=40), CALL: timedelta(minutes=15), "video": timedelta(minutes=30)}
WAY = timedelta(minutes=15)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_OFFERS = 4  #: the first and three rounds

#: school's order: whose child, who may be told, the main contact first
FAMILIES = {"张小明": ("张小明妈妈", "张小明爸爸"), "张小雅": ("张小明妈妈",), "李雷": ("李雷妈妈",)}
TEACHERS = ("王敏", "陈静")
HOMEROOM, AFFAIRS = "陈静", "周建国"
#: Reach a family at night, too, when the visit is close.
PRESSING = ("visit.cancelled", "visit.move_offer", "visit.moved")


class No(Exception):
    """The school says no: nothing changes."""


@dataclass(repr=False)
class Visit:
    id: int
    teacher: str
    child: str
    starts: datetime
    form: str
    urgent: bool
    state: str = "proposed"
    round: int = 0
    steps: int = 1
    asked: str | None = "guardian"
    offer: datetime | None = None
    offer_at: datetime | None = None
    offer_form: str = HOME
    offers: int = 1
    confirmed_at: datetime | None = None
    by: str | None = None  #: who answered for the family
    countered_by: str | None = None
    forms_offered: bool = False

    def __repr__(self) -> str:
        return f"{self.teacher} to {self.child}, {self.state}"

    @property
    def open(self) -> bool:
        return self.state in ("proposed", "confirmed")

    @property
    def moving(self) -> bool:
        return self.state == "confirmed" and self.asked is not None

    @property
    def ends(self) -> datetime:
        return self.starts + LENGTH[self.form]

    def offer_ends(self) -> datetime:
        ahead = self.offer - 2 * HOUR
        stands = self.offer if self.urgent or ahead <= self.offer_at else ahead
        return min(stands, self.offer_at + 72 * HOUR)

    def hours(self) -> Iterator[tuple[str, datetime, datetime]]:
        """Who is taken from when to when, because of this visit."""
        times = [(self.starts, self.form)] if self.state == "confirmed" else []
        times += [(self.offer, self.offer_form)] if self.asked and self.open else []
        for start, form in times:
            end = start + LENGTH[form]
            yield self.teacher, start, end
            if form == HOME:
                yield f"the way of {self.teacher}", start, end + WAY
        if self.state == "confirmed":
            yield self.child, self.starts, self.ends
            if self.by:
                yield self.by, self.starts, self.ends


@dataclass
class Letter:
    """One message owed to one person."""

    kind: str
    visit: int
    round: int
    slot: str
    who: str
    due: datetime
    expires: datetime | None = None
    end: str = ""

    @property
    def key(self) -> tuple[str, int, int, str, str]:
        return self.kind, self.visit, self.round, self.slot, self.who


@dataclass
class Reference:
    """The school as it ought to be."""

    visits: dict[int, Visit] = field(default_factory=dict)
    letters: dict[tuple[str, int, int, str, str], Letter] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)  #: guardians who want no reminders
    not_home: set[str] = field(default_factory=set)  #: children whose family is not asked for at_home again

    # People

    def told(self, visit: Visit, but: str | None = None) -> list[str]:
        return [g for g in FAMILIES[visit.child] if g not in self.stopped and g != but]

    def answering(self, visit: Visit) -> str:
        return visit.by or FAMILIES[visit.child][0]

    # Hours

    def free(self, visit: Visit) -> None:
        """Nobody is in two places; said of a visit as it would be."""
        mine = list(visit.hours())
        for other in self.visits.values():
            for who, start, end in other.hours() if other.id != visit.id else ():
                if any(w == who and s < end and start < e for w, s, e in mine):
                    raise No

    # What is owed

    def owe(self, visit: Visit, kind: str, who: list[str], now: datetime, **key: object) -> None:
        """To the family in polite hours, unless the visit cannot wait for them."""
        for person in who:
            due = now
            if person not in (*TEACHERS, AFFAIRS):
                hurry = kind in PRESSING and visit.starts < polite(now) + 2 * HOUR
                due = now if hurry else polite(now)
            number = 0 if kind == "reminder.brief" else visit.id
            letter = Letter(kind, number, key.get("round", visit.steps), key.get("slot", ""), person, due)
            letter.expires = key.get("expires")
            if letter.key not in self.letters and (letter.expires is None or due <= letter.expires):
                self.letters[letter.key] = letter

    def owed(self, kind: str, visit: int, round_: int, slot: str = "") -> bool:
        return any(key[:4] == (kind, visit, round_, slot) for key in self.letters)

    def true(self, letter: Letter, now: datetime) -> bool:
        """Whether it may still be said."""
        if letter.expires is not None and letter.expires < now:
            return False
        if letter.who in self.stopped:
            return False
        if letter.kind == "reminder.brief":
            return any(
                v.teacher == letter.who and v.state == "confirmed" and v.starts > now and day(v.starts) == letter.slot
                for v in self.visits.values()
            )
        visit = self.visits[letter.visit]
        if letter.kind.startswith("reminder."):
            return visit.state == "confirmed" and visit.round == letter.round and visit.starts > now
        if letter.kind in ("presence.remind", "presence.alert", "presence.took_place"):
            return visit.state == "confirmed" and visit.round == letter.round
        return letter.kind == "visit.family_stopped" or visit.steps == letter.round


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)


def day(moment: datetime) -> str:
    return local(moment).date().isoformat()


def at(moment: datetime, hour: int, minute: int = 0, days: int = 0) -> datetime:
    """That hour of the wall clock on the moment's day, or some days from it."""
    date = local(moment).date() + timedelta(days=days)
    return datetime.combine(date, time(hour, minute), ZONE)


def polite(moment: datetime) -> datetime:
    """From half past seven to half past nine in the evening, that minute included."""
    clock = local(moment).time().replace(second=0, microsecond=0)
    if clock < time(7, 30):
        return at(moment, 7, 30)
    return at(moment, 7, 30, days=1) if clock > time(21, 30) else moment
