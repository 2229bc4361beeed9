"""The demo school (演示小学): an invented roster, the same on every machine, brought in the way a real one is."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import roster
from models.person import HOMEROOM, MENTOR, SUBJECT
from models.roster import Duty, GuardianLine, Roster, StudentLine, TeacherLine
from models.school import School

Family = dict[str, Any]


def load_demo(session: Session, now: datetime, account: str = "demo") -> School:
    """The demo school's rows, through the same import as any school's; a second time changes nothing."""
    data = _data()
    school = session.scalars(sa.select(School).where(School.key == data["key"])).one_or_none()
    if school is None:
        school = School(key=data["key"], name=data["name"], account=account)
        session.add(school)
        session.flush()
    roster.apply(session, school, demo_roster(), now, confirmed=True)
    return school


@cache
def demo_roster() -> Roster:
    """The invented roster; drawn from a seed, hence always the same."""
    data = _data()
    students = tuple(_Draw(data).students())
    numbers = {line.name: line.number for line in students}
    teachers = tuple(_teacher(n, entry, numbers) for n, entry in enumerate(data["staff"], 1))
    grades = {c["name"]: c["grade"] for c in data["classes"]}
    return Roster(students, teachers, grades, has_teachers=True)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("demo_school.toml").read_text("utf-8"))


def _teacher(place: int, entry: dict[str, Any], numbers: dict[str, str]) -> TeacherLine:
    return TeacherLine(f"T{place:02}", entry["name"], f"1990009{place:04}", tuple(_duties(entry, numbers)))


def _duties(entry: dict[str, Any], numbers: dict[str, str]) -> Iterator[Duty]:
    for role in entry["roles"]:
        if role == HOMEROOM:
            yield Duty(role, entry["homeroom"])
        elif role == SUBJECT:
            yield from (Duty(role, name, entry["subject"]) for name in entry["teaches"])
        elif role == MENTOR:
            yield from (Duty(role, student_number=numbers[name]) for name in entry["mentees"])
        else:
            yield Duty(role, grade=entry.get("grade"))


class _Draw:
    """Fills the classes: the cast first, then names, families and addresses drawn by lot."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data, self._lot = data, random.Random(data["seed"])
        self._phones = (f"199000{n:05}" for n in count(1))
        self._families: dict[str, Family] = {name: family for family in data["family"] for name in family["students"]}
        self._taken: set[str] = set()
        self._shared: dict[tuple[str, int], tuple[str, Family]] = {}

    def students(self) -> Iterator[StudentLine]:
        for school_class in self._data["classes"]:
            name = school_class["name"]
            given = self._lot.sample(self._data["drawn"]["given"], len(self._data["drawn"]["given"]))
            named = self._data["cast"].get(name, [])
            for seat in range(1, self._data["seats"] + 1):
                sibling = self._shared.get((name, seat))
                student = named[seat - 1] if seat <= len(named) else self._name(given, sibling[0] if sibling else "")
                family = sibling[1] if sibling else self._family(f"{student}@{name}", student)
                self._share(name, seat, student, family)
                yield self._line(school_class, seat, student, family)

    def _line(self, school_class: dict[str, str], seat: int, student: str, family: Family) -> StudentLine:
        birth_year = int(school_class["number"][:4]) - 7
        birthday = date(birth_year, 9, 1) + timedelta(days=self._lot.randrange(364))
        return StudentLine(
            number=f"{school_class['number']}{seat:02}",
            name=student,
            class_name=school_class["name"],
            guardians=self._lines(family),
            gender=self._lot.choice("男女"),
            birthday=birthday,
            boarding=False,
            remote=bool(family.get("remote")),
            address=family["address"],
            health=family.get("health"),
            categories=tuple(family.get("categories", ())),
        )

    def _name(self, given: list[str], surname: str) -> str:
        while True:
            name = (surname or self._lot.choice(self._data["drawn"]["surnames"])) + given.pop()
            if name not in self._taken:
                self._taken.add(name)
                return name

    def _share(self, name: str, seat: int, student: str, family: Family) -> None:
        for first, first_seat, second, second_seat in self._data["drawn"]["siblings"]:
            if (first, first_seat) == (name, seat):
                self._shared[second, second_seat] = (student[0], family)

    def _family(self, key: str, student: str) -> Family:
        if key in self._families:
            return self._families[key]
        drawn, lot = self._data["drawn"], self._lot
        street, house = lot.choice(drawn["streets"]), lot.randrange(40, 99)
        guardians = [{"name": lot.choice(drawn["surnames"]) + lot.choice(drawn["mothers"]), "relation": "妈妈"}]
        if lot.random() < 0.7:
            guardians.append({"name": student[0] + lot.choice(drawn["fathers"]), "relation": "爸爸"})
        flat = f"{lot.randrange(1, 9)}幢{lot.randrange(1, 7)}0{lot.randrange(1, 5)}室"
        categories = [lot.choice(drawn["categories"])] if lot.random() < 0.12 else []
        address = f"云溪市青禾区{street}{house}号{flat}"
        return {"address": address, "guardians": guardians, "categories": categories}

    def _lines(self, family: Family) -> tuple[GuardianLine, ...]:
        """Siblings have the very same guardians, telephones included."""
        if "lines" not in family:
            family["lines"] = tuple(
                GuardianLine(g["name"], g["relation"], next(self._phones), bool(g.get("muted")))
                for g in family["guardians"]
            )
        return cast(tuple[GuardianLine, ...], family["lines"])
