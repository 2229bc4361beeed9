"""One visit lived against the clock, again and again, each time with another family: what must be heard, once."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa

from models.base import reading
from models.history import History
from models.hour import local
from models.hours import HeldHour
from models.inbox import FAILED, Inbound
from models.notification import PENDING, SENDING, UNKNOWN, Notification
from models.person import Person
from models.school import SchoolClass
from models.student import Student
from models.visit import Visit
from models.visit_life import CANCELLED
from tests.faults.town import Town

TEACHER = "王敏"
CLASS = "三(2)班"
#: Stands behind a time of another year.
INFERRED = "（我的理解）"
APOLOGY = "编号"  #: what a bug of ours says (rulings 30)
VERBS = ["propose", "confirm", "cancel"]

Heard = Counter[tuple[str, str]]


@dataclass
class Story:
    """Book, confirm by voice, be reminded, call off. Faults come between or in the middle of it."""

    town: Town
    student: str
    before: Callable[[str], None] = lambda step: None  #: what happens before each step
    since: int = 0
    marks: dict[str, int] = field(default_factory=dict)
    said_again: int = 0  #: how often somebody was told that something went wrong

    def live(self) -> Heard:
        """The whole of it; returns who heard what."""
        town = self.town
        start = _next_morning(town)
        self.before("clock")
        town.turn(start)
        self._mark()
        day = local(start + timedelta(days=3))
        for step, who, said in (
            ("book", TEACHER, f"{day.month}月{day.day}日下午3点去{self.student}家家访"),
            ("send", TEACHER, "[发给家长]"),
            ("confirm", self.mother, "(可以)"),
        ):
            self.before(step)
            self._say(who, said)
            town.rest()
        self.before("evening")
        evening = local(start).replace(hour=18, minute=0) + timedelta(days=2)
        town.turn(evening.astimezone(start.tzinfo))
        for step, said in (("cancel", f"取消{self.student}的家访"), ("sure", "[确认取消]")):
            self.before(step)
            self._say(TEACHER, said)
            town.rest()
        return self.heard()

    @property
    def mother(self) -> str:
        return f"{self.student}妈妈"

    @property
    def people(self) -> tuple[str, ...]:
        return TEACHER, self.mother, f"{self.student}爸爸"

    def _mark(self) -> None:
        for name in self.people:
            messages = self.town.platform.messages(self.town.openid(name))
            self.marks[name] = messages[-1].id if messages else 0
        with reading(self.town.world.sessions) as session:
            self.since = session.scalar(sa.select(sa.func.max(Notification.id))) or 0

    def _say(self, who: str, said: str) -> None:
        """Says it as a person would: again, when she was told that something went wrong."""
        platform, openid = self.town.platform, self.town.openid(who)
        for _ in range(3):
            if said.startswith("["):
                answer = platform.tap(openid, said[1:-1])
            elif said.startswith("("):
                answer = platform.voice(openid, said[1:-1])
            else:
                answer = platform.type(openid, said)
            words = "".join(m.text for m in answer)
            if APOLOGY not in words and "故障" not in words:
                return
            self.said_again += 1
            time.sleep(0.5)

    def heard(self) -> Heard:
        """Who heard what of this visit, with the names and numbers taken out."""
        relations = {TEACHER: "teacher", self.mother: "mother", self.people[2]: "father"}
        told: Heard = Counter()
        for name in self.people:
            for message in self.town.heard(name, self.marks[name]):
                words = re.sub(r"\d+", "#", message.text.replace(self.student, "S").replace(INFERRED, ""))
                words = re.sub(r"\s+", " ", re.sub("周.", "周#", words))
                if ("S" in words or "家访#家" in words) and APOLOGY not in words:
                    told[relations[name], words[:40]] += 1
        return told

    # What must be true whatever happened

    def unsure(self) -> int:
        """Messages of which it is not known whether they went: a named end (rulings 22)."""
        with reading(self.town.world.sessions) as session:
            mine = sa.and_(Notification.id > self.since, Notification.state == UNKNOWN)
            return session.scalar(sa.select(sa.func.count()).where(mine)) or 0

    def check(self, expected: Heard, unsure: int = 0) -> None:
        """Everything once, nothing twice, nothing left; `unsure` messages may be missing where that was written down."""
        told = self.heard()
        twice = {what: n for what, n in told.items() if n > max(1, expected[what])}
        assert not twice, f"heard twice: {twice}"
        missing = expected - told
        assert missing.total() <= min(unsure, self.unsure()), f"never heard: {dict(missing)}"
        self._check_rows()

    def _check_rows(self) -> None:
        with reading(self.town.world.sessions) as session:
            of_class = (
                sa.select(Student.id).join(SchoolClass).where(Student.name == self.student, SchoolClass.name == CLASS)
            )
            visit = session.scalars(
                sa.select(Visit).where(Visit.student_id.in_(of_class)).order_by(Visit.id.desc())
            ).first()
            assert visit is not None
            assert visit.state == CANCELLED
            teacher = session.scalars(sa.select(Person).where(Person.name == TEACHER)).one()
            verbs = sa.select(History.verb).where(History.subject == "visit", History.subject_id == visit.id)
            assert list(session.scalars(verbs.order_by(History.id))) == VERBS
            held = sa.select(HeldHour).where(HeldHour.visit_id == visit.id)
            assert session.scalars(held).first() is None, "a visit that is over holds hours"
            assert session.scalars(sa.select(HeldHour).where(HeldHour.holder == f"p{teacher.id}")).first() is None
            left = sa.select(Notification.kind).where(
                Notification.id > self.since,
                Notification.state.in_((PENDING, SENDING)),
                Notification.due_at <= self.town.now(),
            )
            assert list(session.scalars(left)) == []
            failed = sa.select(sa.func.count()).where(Inbound.state == FAILED, Inbound.incident.is_(None))
            assert session.scalar(failed) == 0


def _next_morning(town: Town):
    """Five past eight of the next day."""
    there = local(town.now())
    return (there.replace(hour=8, minute=5, second=0, microsecond=0) + timedelta(days=1)).astimezone(town.now().tzinfo)


def students(town: Town) -> list[str]:
    """Whose names are nobody else's, so that a sentence need not say the class; with mother and father."""
    with reading(town.world.sessions) as session:
        once = sa.select(Student.name).group_by(Student.name).having(sa.func.count() == 1)
        mine = sa.select(Student).join(SchoolClass).where(SchoolClass.name == CLASS, Student.name.in_(once))
        found = session.scalars(mine.order_by(Student.id)).all()
        return [
            s.name
            for s in found
            if [(g.relation, g.muted) for g in s.guardianships] == [("妈妈", False), ("爸爸", False)]
        ]
