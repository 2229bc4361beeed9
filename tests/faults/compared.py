"""The school's rows beside the reference: what differs is a fault."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from bot.sandbox.phones import Message
from models.base import reading
from models.hours import HeldHour, granules
from models.notification import DROPPED, FAILED, PENDING, SAFETY, SENDING, SENT, UNKNOWN, Notification
from models.visit import Visit as Row
from tests.cast import ZONE
from tests.faults.hamlet import Day
from tests.faults.reference import FAMILIES, Reference, Visit, local

#: What the reference knows; the rest must end, too, and be heard once.
KINDS = ("visit.", "offer.", "reminder.", "presence.")
#: Told to the teacher when it is not known whether the family has heard, or when it cannot.
BESIDE = ("visit.unsure", "visit.telephone")
GUARDIANS = {person for family in FAMILIES.values() for person in family}
SPOKEN = re.compile(r"(\d+)月(\d+)日（周.）(上午|中午|下午|晚上)(\d+):(\d\d)")
WRITTEN = re.compile(r"(\d{4})年(\d+)月(\d+)日 (\d\d):(\d\d)")


class Compared:
    """Looks at both and says where they part."""

    def __init__(self, day: Day, school: Reference) -> None:
        self.day, self.school = day, school
        self.people = {number: name for name, number in day.hamlet.people.items()}
        self.children = {number: name for name, number in day.hamlet.children.items()}
        self.shaken: set[int] = set()  #: rows with whose sending something went wrong

    def rows(self) -> dict[int, Notification]:
        with reading(self.day.sessions) as session:
            return {row.id: row for row in session.scalars(sa.select(Notification).order_by(Notification.id))}

    def due(self, rows: Iterable[Notification]) -> set[int]:
        now = self.day.now()
        return {r.id for r in rows if r.state == SENDING or (r.state == PENDING and r.due_at <= now)}

    def agree(self) -> None:
        """Visits, held hours and outbox are what the reference says."""
        with reading(self.day.sessions) as session:
            visits = {row.id: self._plain(row) for row in session.scalars(sa.select(Row))}
            held = {(h.holder, h.granule, h.visit_id) for h in session.scalars(sa.select(HeldHour))}
        ought_to_be = {v.id: _told(v) for v in self.school.visits.values()}
        odd = visits.items() ^ ought_to_be.items()
        assert not odd, f"not both so: {odd}"
        assert held == self._ought_to_be_held()
        owed = {self._key(r): r for r in self.rows().values() if r.kind.startswith(KINDS) and r.kind not in BESIDE}
        ought = self.school.letters
        assert owed.keys() == ought.keys(), f"not owed: {ought.keys() - owed}; too much: {owed.keys() - ought}"
        untouched = {key: row.due_at for key, row in owed.items() if row.fence == 0}
        assert untouched == {key: ought[key].due for key in untouched}

    def ended(self, before: dict[int, Notification]) -> None:
        """What has ended since then was said when it was true, and left unsaid when it was not."""
        for row in self.rows().values():
            was = before[row.id].state if row.id in before else PENDING
            if row.state not in (PENDING, SENDING, was):
                self._ended(row)

    def _ended(self, row: Notification) -> None:
        what = f"{self._key(row)} {row.state}: {row.reason}"
        assert row.state in (SENT, DROPPED) or row.id in self.shaken, what
        letter = self.school.letters.get(self._key(row))
        if letter is not None and row.state in (SENT, DROPPED):
            true = self.school.true(letter, self.day.now())
            assert true == (row.state == SENT), f"{'left unsaid' if true else 'no longer true'}: {what}"

    def current(self, who: str, message: Message) -> None:
        """It speaks of hours that are, not of hours that were."""
        named = [child for child in FAMILIES if child in message.text]
        now = {local(h) for v in self.school.visits.values() if v.child in named for h in (v.starts, v.offer) if h}
        overtaken = hours_in(message.text, local(self.day.now()).year) - now
        assert not (named and overtaken), f"{who} reads of {overtaken}: {message.text}"

    def left(self) -> list[Notification]:
        """What should have gone by now, or is to be tried once more."""
        now, rows = self.day.now(), self.rows().values()
        return [r for r in rows if r.state in (PENDING, SENDING) and (r.reason or r.attempts or r.due_at <= now)]

    def all_is_told(self, replies: Counter[str]) -> None:
        """Everybody has heard what was sent, once; of what is not known to have gone a teacher knows."""
        rows = list(self.rows().values())
        for row in rows:
            in_doubt = row.state in (UNKNOWN, FAILED) and self.people[row.person_id] in GUARDIANS
            if in_doubt and row.kind.startswith(("visit.", "offer.", "reminder.")):
                assert any(r.kind in BESIDE and r.subject_id == row.subject_id for r in rows), self._key(row)
        for number, who in self.people.items():
            hers = [r for r in rows if r.person_id == number]
            sent = sum(r.state == SENT for r in hers)
            # Gone in the hands of a sender that fell; safety goes by two ways each time that it is not sure.
            perhaps = sum(r.state in (UNKNOWN, FAILED) or (r.state == DROPPED and r.id in self.shaken) for r in hers)
            perhaps += sum(2 * r.attempts for r in hers if r.priority == SAFETY)
            heard = len(self.day.heard(who)) - replies[who]
            told = [(*self._key(r)[:4], r.state, r.reason, r.channel) for r in hers]
            assert sent <= heard <= sent + perhaps, f"{who} heard {heard} of {sent} and perhaps {perhaps}: {told}"

    def _key(self, row: Notification) -> tuple[str, int, int, str, str]:
        slot = self.people[int(row.slot)] if row.kind == "visit.family_stopped" else row.slot
        return row.kind, row.subject_id, row.round, slot, self.people[row.person_id]

    def _plain(self, row: Row) -> tuple[object, ...]:
        """As `_told` says it of the reference's."""
        who = self.people[row.teacher_id], self.children[row.student_id], self.people.get(row.confirmed_by_id)
        offer = row.offer_starts_at if row.asked else None
        return (*who, row.state, row.starts_at, row.form, row.round, row.steps, row.asked, offer)

    def _ought_to_be_held(self) -> set[tuple[str, int, int]]:
        people = self.day.hamlet.people
        names = {f"the way of {who}": f"way{n}" for who, n in people.items()} | {w: f"p{n}" for w, n in people.items()}
        names |= {child: f"s{n}" for child, n in self.day.hamlet.children.items()}
        visits = [v for v in self.school.visits.values() if v.open]
        return {(names[w], g, v.id) for v in visits for w, start, end in v.hours() for g in granules(start, end)}


def _told(visit: Visit) -> tuple[object, ...]:
    who, offer = (visit.teacher, visit.child, visit.by), visit.offer if visit.asked else None
    return (*who, visit.state, visit.starts, visit.form, visit.round, visit.steps, visit.asked, offer)


def hours_in(text: str, year: int) -> set[datetime]:
    """The hours of visits that a message names."""
    found = {datetime(*map(int, numbers), tzinfo=ZONE) for numbers in WRITTEN.findall(text)}
    for month, day, part, hour, minute in SPOKEN.findall(text):
        later = 12 if part in ("下午", "晚上") and int(hour) < 12 else 0
        found.add(datetime(year, int(month), int(day), int(hour) + later, int(minute), tzinfo=ZONE))
    return found
