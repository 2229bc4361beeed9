"""A large invented school in the middle of a term: 45 classes of 40, both parents bound, most visits behind it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.sandbox.cast import bind_everybody
from bot.sandbox.demo import demo_roster
from handlers.class_name import han_number
from models import hour
from models.home_refusal import HomeRefusal
from models.person import GRADE_HEAD, HOMEROOM, PRINCIPAL, STUDENT_AFFAIRS, SUBJECT, Person, Role
from models.record import REQUIRED, Record
from models.school import School, SchoolClass
from models.sealed import seal_json
from models.student import Guardianship, Student
from models.survey import SATISFACTION, Survey
from models.visit import Visit

ACCOUNT, GRADES, CLASSES, SEATS, SEED = "demo", 6, 45, 40, 20261101
TAUGHT = 4  #: classes of a subject teacher
STREETS = ("杏花路", "柳荫街", "青石巷", "望湖路", "书院街", "清溪路", "松林路", "桃源街", "云山路", "长虹路")
KEPT = ("单亲", "留守", "经济困难", "学习困难", "内向心理困扰")
#: How a visit of the days behind stands, and how often.
BEHIND = {"recorded": 60, "closed": 15, "held": 8, "declined": 4, "cancelled": 5, "lapsed": 4, "missed": 4}
FORMS = {"at_home": 70, "phone": 18, "video": 6, "at_school": 6}
#: Who asks for what may have to look at a whole class, grade or school; {student} is a child of the first class.
ASKED = {
    HOMEROOM: ("今天", "本周", "我的家访", "本班进度", "推荐家访", "逾期记录", "电话清单", "{student}的情况"),
    SUBJECT: ("家访进度", "推荐家访"),
    GRADE_HEAD: ("家访进度", "满意度"),
    STUDENT_AFFAIRS: ("全校进度", "三年级进度", "逾期记录", "满意度"),
}
Row = dict[str, Any]


def settle_big(session: Session, now: datetime, seed: int = SEED, classes: int = CLASSES) -> School:
    """Puts the school into an empty database: the same seed and moment make the same school."""
    draw = random.Random(seed)
    school = School(key="big", name="云溪实验学校", account=ACCOUNT, timezone="Asia/Shanghai")
    session.add(school)
    session.flush()
    rooms = list(_rooms(session, school, classes))
    pupils = [pupil for number, room in enumerate(rooms) for pupil in _pupils(session, room, number, draw)]
    teachers = _staff(session, school, rooms)
    bind_everybody(session, school, ACCOUNT, now)
    history = _History(session, school, now, draw)
    for pupil in pupils:
        history.live(pupil, teachers[pupil.class_id])
    history.write()
    return school


def _rooms(session: Session, school: School, classes: int) -> Iterator[SchoolClass]:
    grades = [number * GRADES // classes + 1 for number in range(classes)]
    for number, year in enumerate(grades):
        grade, first = han_number(year), grades.index(year)
        room = SchoolClass(school_id=school.id, name=f"{grade}({number - first + 1})班", grade=f"{grade}年级")
        room.school = school
        session.add(room)
        session.flush()
        yield room


def _names() -> Iterator[str]:
    """Surnames and given names of the demo school, mixed anew."""
    known = [line.name for line in demo_roster().students]
    return iter(dict.fromkeys(surname[0] + given[1:] for given in known for surname in known))


def _pupils(session: Session, room: SchoolClass, number: int, draw: random.Random) -> list[Student]:
    pupils = []
    for seat, name in enumerate(islice(_names(), number * SEATS, (number + 1) * SEATS)):
        pupil = Student.new(room.school, room, f"{number:02}{seat:02}", name)
        pupil.address = f"云溪市青禾区{draw.choice(STREETS)}{draw.randrange(1, 99)}号{draw.randrange(1, 9)}幢"
        pupil.categories = [draw.choice(KEPT)] if draw.random() < 0.12 else []
        pupils.append(pupil)
    parents = [[_parent(room.school, p.name + r, f"{number:02}{n:02}{k}") for k, r in enumerate(("妈妈", "爸爸"))]
               for n, p in enumerate(pupils)]  # fmt: skip
    session.add_all([*pupils, *(person for pair in parents for person in pair)])
    session.flush()
    for pupil, pair in zip(pupils, parents, strict=True):
        for rank, (person, relation) in enumerate(zip(pair, ("妈妈", "爸爸"), strict=True)):
            session.add(Guardianship(student_id=pupil.id, person_id=person.id, relation=relation, rank=rank))
    session.flush()
    return pupils


def _parent(school: School, name: str, digits: str) -> Person:
    return Person.new(school, name, phone=f"199010{digits}")


def _staff(session: Session, school: School, rooms: list[SchoolClass]) -> dict[int, list[Person]]:
    """Who teaches each class: its homeroom teacher first, then those who teach several."""
    of_class: dict[int, list[Person]] = {}
    for number, room in enumerate(rooms):
        of_class[room.id] = [_teacher(session, school, f"班{number:02}", Role(name=HOMEROOM, class_id=room.id))]
    for number, start in enumerate(range(0, len(rooms), TAUGHT)):
        taught = rooms[start : start + TAUGHT]
        roles = [Role(name=SUBJECT, class_id=room.id, subject="数学") for room in taught]
        person = _teacher(session, school, f"科{number:02}", *roles)
        for room in taught:
            of_class[room.id].append(person)
    for grade in dict.fromkeys(room.grade for room in rooms):
        _teacher(session, school, f"{grade[0]}级", Role(name=GRADE_HEAD, grade=grade))
    _teacher(session, school, "德育", Role(name=STUDENT_AFFAIRS))
    _teacher(session, school, "校长", Role(name=PRINCIPAL))
    return of_class


def _teacher(session: Session, school: School, name: str, *roles: Role) -> Person:
    person = Person.new(school, name, name, phone="19902000000")
    person.roles = list(roles)
    session.add(person)
    session.flush()
    return person


class _History:
    """What has happened since last school year, as life would have left the rows."""

    def __init__(self, session: Session, school: School, now: datetime, draw: random.Random) -> None:
        self._session, self._school, self._now, self._draw = session, school, now, draw
        self._visits: list[Row] = []
        self._more: dict[type[Any], list[Row]] = {Record: [], Survey: [], HomeRefusal: []}
        self._gone = (hour.local(now, school.zone).date() - school.term(hour.local(now, school.zone).date()).first).days
        first = sa.select(Guardianship.student_id, Guardianship.person_id).where(Guardianship.rank == 0)
        self._main = {row[0]: row[1] for row in session.execute(first)}

    def live(self, pupil: Student, teachers: list[Person]) -> None:
        """One child's visits: perhaps one last year, up to two this term, perhaps one to come."""
        draw = self._draw
        if draw.random() < 0.5:
            self._past(pupil, draw.choice(teachers), draw.randrange(self._gone + 30, self._gone + 300))
        for _ in range(draw.choices((0, 1, 2), (40, 45, 15))[0]):
            self._past(pupil, draw.choice(teachers), draw.randrange(1, max(2, self._gone)))
        if draw.random() < 0.12:
            self._ahead(pupil, draw.choice(teachers))

    def _starts(self, days: int) -> datetime:
        clock = time(self._draw.randrange(15, 20), self._draw.choice((0, 30)))
        return hour.at(self._now, clock, self._school.zone, days)

    def _visit(self, pupil: Student, teacher: Person, state: str, starts_at: datetime) -> Row:
        form = self._draw.choices([*FORMS], [*FORMS.values()])[0]
        row: Row = {
            "id": len(self._visits) + 1, "school_id": self._school.id, "student_id": pupil.id, "form": form,
            "teacher_id": teacher.id, "state": state, "kind": "general", "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=self._school.policy.minutes(form)), "steps": 3, "round": 1,
            "offer_round": 1, "proposed_at": starts_at - timedelta(days=3), "forms_offered": False, "waits": 0,
            "confirmed_at": starts_at - timedelta(days=2), "confirmed_by_id": self._main[pupil.id], "asked": None,
            "offer_at": None, "offer_starts_at": None, "offer_ends_at": None, "held_at": None,
        }  # fmt: skip
        self._visits.append(row)
        return row

    def _past(self, pupil: Student, teacher: Person, days_ago: int) -> None:
        state = self._draw.choices([*BEHIND], [*BEHIND.values()])[0]
        row = self._visit(pupil, teacher, state, self._starts(-days_ago))
        if state in ("recorded", "closed", "held"):
            row["held_at"] = row["ends_at"]
            self._after(pupil, row)
        elif state == "declined" and row["form"] == "at_home":
            day = hour.local(row["proposed_at"], self._school.zone).date()
            said = {"school_id": self._school.id, "student_id": pupil.id, "visit_id": row["id"], "day": day}
            self._more[HomeRefusal].append(said | {"person_id": row["confirmed_by_id"]})

    def _after(self, pupil: Student, row: Row) -> None:
        """The record, and what the family said of it."""
        told = {"school_id": self._school.id, "visit_id": row["id"]}
        if row["state"] != "held":
            words = seal_json(
                pupil.data_key, "record.fields", dict.fromkeys(REQUIRED, "谈了在家读书和早睡的事，约好每晚陪读。")
            )
            self._more[Record].append(told | {
                "student_id": pupil.id, "version": 1, "author_id": row["teacher_id"], "at": row["held_at"],
                "submitted": True, "length": 18, "fields_sealed": words,
            })  # fmt: skip
        if self._draw.random() < 0.6:
            overall = self._draw.choices((5, 4, 3, 2), (60, 30, 8, 2))[0]
            answers = seal_json(pupil.data_key, "survey.answers", {"overall": overall})
            self._more[Survey].append(told | {
                "person_id": row["confirmed_by_id"], "kind": SATISFACTION, "state": "done", "step": 4,
                "opened_at": row["held_at"], "asked_at": row["held_at"], "unhappy": overall <= 2,
                "satisfied": overall >= 4, "answers_sealed": answers,
            })  # fmt: skip

    def _ahead(self, pupil: Student, teacher: Person) -> None:
        starts_at = self._starts(self._draw.randrange(1, 10))
        if self._draw.random() < 0.5:
            row = self._visit(pupil, teacher, "confirmed", starts_at)
            row["proposed_at"] = row["confirmed_at"] = self._now - timedelta(days=1)
            return
        row = self._visit(pupil, teacher, "proposed", starts_at)
        row |= {"confirmed_at": None, "confirmed_by_id": None, "asked": "guardian", "offer_starts_at": starts_at}
        row |= {"offer_ends_at": row["ends_at"], "offer_at": self._now - timedelta(hours=self._draw.randrange(1, 70))}

    def write(self) -> None:
        self._session.execute(sa.insert(Visit), self._visits)
        for table, rows in self._more.items():
            if rows:
                self._session.execute(sa.insert(table), rows)
