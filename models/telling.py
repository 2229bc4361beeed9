"""Owing somebody a message about a visit: to whom, when at the earliest, and once only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import hour
from models.audience import announced_to, answering_guardian
from models.notification import OTHER, SAFETY, TODAY, Owed, owe
from models.person import STUDENT_AFFAIRS, Person
from models.visit import Visit

#: These may reach a guardian outside polite hours when the visit is close (rulings 11).
PRESSING = ("visit.cancelled", "visit.move_offer", "visit.moved", "visit.late")


def tell(session: Session, visit: Visit, kind: str, persons: Iterable[Person], now: datetime, **facts: Any) -> int:
    """Owes a message of this kind about the visit's present step to each of these persons."""
    return owe(session, messages(visit, kind, persons, now, **facts), now)


def messages(visit: Visit, kind: str, persons: Iterable[Person], now: datetime, **facts: Any) -> list[Owed]:
    """The same, to be owed together with others."""
    family = {tie.person_id for tie in visit.ties}
    return [
        Owed(
            school_id=visit.school_id, kind=kind, subject_id=visit.id, round=visit.steps, person_id=person.id,
            due_at=polite_for(visit, kind, now) if person.id in family and not person.on_staff else now,
            facts=facts, priority=_priority(visit, now),
        )
        for person in persons
    ]  # fmt: skip


def polite_for(visit: Visit, kind: str, now: datetime) -> datetime:
    """The next polite minute for a guardian (B8), or now when the visit can not wait for it (rulings 11)."""
    polite = hour.polite(now, visit.policy, visit.school.zone)
    pressing = kind in PRESSING and visit.starts_at < polite + timedelta(hours=2)
    return now if pressing else polite


def _priority(visit: Visit, now: datetime) -> int:
    return TODAY if visit.starts_at - now < timedelta(hours=24) else OTHER


def tell_teacher(session: Session, visit: Visit, kind: str, now: datetime, **facts: Any) -> int:
    """To the visit's teacher, at once."""
    return tell(session, visit, kind, [visit.teacher], now, **facts)


def tell_family(session: Session, visit: Visit, kind: str, now: datetime, but: int | None = None) -> int:
    """To every guardian to whom the visit was announced, except the one who has just spoken."""
    return tell(session, visit, kind, family_but(session, visit, but), now)


def family_but(session: Session, visit: Visit, but: int | None) -> list[Person]:
    """The guardians to whom the visit was announced, without the one who has just spoken."""
    return [p for p in announced_to(session, *visit.students) if p.id != but]


def tell_answering(session: Session, visit: Visit, kind: str, now: datetime) -> int:
    """To the guardian who answered."""
    person = answering_guardian(session, visit)
    return tell(session, visit, kind, [person] if person else [], now)


def tell_affairs(session: Session, school_id: int, kind: str, subject_id: int, now: datetime, slot: str = "") -> int:
    """To student affairs (德育处), at once and before everything else; `slot` when it is said again."""
    people = Person.with_role(session, school_id, STUDENT_AFFAIRS)
    owed = [Owed(school_id, kind, subject_id, p.id, due_at=now, slot=slot, priority=SAFETY) for p in people]
    return owe(session, owed, now)
