"""A district's term for measurements: 100 schools, 100,000 visits, most of them over, with all that was owed for them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models import sealed
from models.consent import PURPOSES, Consent
from models.followup import FollowUp
from models.identity import Binding, Identity
from models.notification import SENT, Notification
from models.person import HOMEROOM, STUDENT_AFFAIRS, Person, Role
from models.school import School, SchoolClass
from models.student import Guardianship, Student
from models.survey import Survey
from models.visit import Visit
from tests.cast import EARLIER

SCHOOLS, CLASSES, PUPILS = 100, 25, 40
TERM_DAYS, GONE_DAYS = 100, 85
Row = dict[str, Any]


def fill(engine: sa.Engine, now: datetime, visits: int = 100_000) -> None:
    """Writes the district; `now` lies in the 85th of a hundred days."""
    key, draw = sealed.new_key(), random.Random(7)
    with engine.begin() as connection:
        _people(connection, key, visits)
        rows = [_visit(n + 1, now, draw) for n in range(visits)]
        connection.execute(sa.insert(Visit), rows)
        for table, found in (
            (Notification, _notifications(rows, now)),
            (Survey, _surveys(rows, now, draw)),
            (FollowUp, _follow_ups(rows, now, draw)),
        ):
            connection.execute(sa.insert(table), list(found))


def _people(connection: sa.Connection, key: bytes, students: int) -> None:
    schools = range(1, SCHOOLS + 1)
    add = connection.execute
    add(sa.insert(School), [{"id": s, "key": f"s{s}", "name": f"school {s}", "account": "demo"} for s in schools])
    classes = [(c + 1, c // CLASSES + 1) for c in range(SCHOOLS * CLASSES)]
    add(sa.insert(SchoolClass), [{"id": c, "school_id": s, "name": f"{c}", "grade": "3"} for c, s in classes])
    # Persons: one student affairs a school, one homeroom teacher a class, one guardian a student.
    people = [(s, s) for s in schools] + [(SCHOOLS + c, s) for c, s in classes]
    pupils = [(n + 1, n % len(classes) + 1) for n in range(students)]
    parents = [(10_000 + n, classes[c - 1][1]) for n, c in pupils]
    add(sa.insert(Person), [{"id": p, "school_id": s, "name": f"{p}", "data_key": key} for p, s in people + parents])
    add(sa.insert(Role), [{"person_id": s, "name": STUDENT_AFFAIRS} for s in schools])
    add(sa.insert(Role), [{"person_id": SCHOOLS + c, "name": HOMEROOM, "class_id": c} for c, _ in classes])
    add(sa.insert(Student), [
        {"id": n, "school_id": classes[c - 1][1], "class_id": c, "number": f"{n}", "name": f"{n}", "data_key": key,
         "boarding": False, "remote": False, "is_key": False, "gender": ""} for n, c in pupils
    ])  # fmt: skip
    add(sa.insert(Guardianship), [{"student_id": n, "person_id": 10_000 + n, "relation": "m"} for n, _ in pupils])
    # Every fifth family is not bound.
    bound = [n for n, _ in pupils if n % 5]
    add(sa.insert(Identity), [{"id": n, "account": "demo", "openid": f"o{n}"} for n in bound])
    add(sa.insert(Binding), [{"identity_id": n, "person_id": 10_000 + n, "bound_at": EARLIER} for n in bound])
    add(sa.insert(Consent), [
        {"school_id": 1, "person_id": 10_000 + n, "student_id": n, "purpose": p, "text_version": "1",
         "given_at": EARLIER} for n in bound for p in PURPOSES
    ])  # fmt: skip


def _visit(n: int, now: datetime, draw: random.Random) -> Row:
    minutes = draw.randrange(TERM_DAYS) * 1440 + draw.randrange(14 * 60, 20 * 60, 5)
    starts = (now - timedelta(days=GONE_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    starts += timedelta(minutes=minutes - 480)
    school_class = (n - 1) % (SCHOOLS * CLASSES) + 1
    row: Row = {
        "id": n, "school_id": (school_class - 1) // CLASSES + 1, "student_id": n, "teacher_id": SCHOOLS + school_class,
        "state": "recorded", "form": "at_home", "starts_at": starts, "ends_at": starts + timedelta(minutes=40),
        "round": 1, "steps": 5, "offer_round": 1, "confirmed_at": starts - timedelta(days=draw.randrange(1, 8)),
        "confirmed_by_id": 10_000 + n, "held_at": None, "asked": None, "offer_at": None, "offer_starts_at": None,
        "offer_ends_at": None, "forms_offered": False, "waits": 0,
    }  # fmt: skip
    _age(row, now, draw)
    return row


def _age(row: Row, now: datetime, draw: random.Random) -> None:
    ends, chance = row["ends_at"], draw.random()
    if ends < now:
        row["state"] = "cancelled" if chance < 0.1 else "held" if chance < 0.15 else "recorded"
        row["held_at"] = ends if chance >= 0.1 else None
    elif row["confirmed_at"] < now and chance < 0.8:
        row["state"] = "confirmed"
    else:
        row |= {"state": "proposed", "asked": "guardian", "confirmed_at": None, "confirmed_by_id": None}
        row |= {"offer_at": now - timedelta(hours=draw.random() * 23), "offer_starts_at": row["starts_at"]}
        row["offer_ends_at"] = ends


def _notifications(rows: list[Row], now: datetime) -> Iterator[Row]:
    kinds = ("visit.proposed", "visit.confirmed", "reminder.evening", "reminder.teacher", "reminder.guardian")
    for row in rows:
        if row["starts_at"] < now + timedelta(hours=1):
            for kind in kinds:
                yield _told(row, kind, row["round"], now)
        if row["held_at"]:
            for slot in ("2", "20"):
                yield _told(row, "record.reminder", 0, now) | {"slot": slot}


def _told(row: Row, kind: str, round_: int, now: datetime) -> Row:
    return {
        "school_id": row["school_id"], "kind": kind, "subject_id": row["id"], "round": round_, "slot": "",
        "person_id": row["teacher_id"], "facts": {}, "priority": 2, "due_at": row["starts_at"], "state": SENT,
        "attempts": 1, "fence": 1, "created_at": now,
    }  # fmt: skip


def _surveys(rows: list[Row], now: datetime, draw: random.Random) -> Iterator[Row]:
    for row in rows:
        if row["held_at"] and row["id"] % 5 and row["held_at"] < now - timedelta(hours=14):
            opened = row["held_at"] + timedelta(hours=14)
            young = opened > now - timedelta(days=7)
            state = "done" if draw.random() < 0.5 else "open" if young else "expired"
            yield {
                "school_id": row["school_id"], "visit_id": row["id"], "person_id": 10_000 + row["id"],
                "kind": "satisfaction", "state": state, "opened_at": opened, "asked_at": opened, "step": 0,
                "unhappy": False,
            }  # fmt: skip


def _follow_ups(rows: list[Row], now: datetime, draw: random.Random) -> Iterator[Row]:
    stages = (
        (5, "short", "guardian"),
        (21, "observe", "teacher"),
        (30, "effect", "teacher"),
        (30, "effect", "guardian"),
    )
    for row in rows:
        for days, stage, part in stages:
            asked = row["held_at"] and row["held_at"] + timedelta(days=days, hours=4)
            if not asked or asked > now or (part == "guardian" and row["id"] % 5 == 0):
                continue
            young = asked > now - timedelta(days=7)
            state = "answered" if draw.random() < 0.5 else "asked" if young else "expired"
            yield {
                "school_id": row["school_id"], "visit_id": row["id"], "person_id": row["teacher_id"], "stage": stage,
                "part": part, "state": state, "asked_at": asked,
            }  # fmt: skip
