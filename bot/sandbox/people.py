"""Who of the school could hold a phone: a card for everybody in the roster, and a code to bind by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.sandbox.cast import openid_of
from models import code
from models.base import Sessions, reading, writing
from models.identity import Binding, Identity
from models.person import Person, Role
from models.school import School, SchoolClass
from models.student import Guardianship, Student

Part = Literal["teacher", "guardian", "leader", "staff"]

ROLES = {
    "homeroom": "班主任",
    "subject": "科任教师",
    "mentor": "导师",
    "teacher": "教师",
    "grade_head": "年级组长",
    "student_affairs": "德育主任",
    "principal": "校长",
    "admin": "管理员",
    "gate": "门卫",
}
_LEADING = ("principal", "student_affairs", "grade_head")


@dataclass(frozen=True)
class PersonCard:
    """A person as the page lists her; `name` is what a play calls her by."""

    id: int
    account: str
    openid: str
    name: str
    about: str
    part: Part


class People:
    """The roster as the sandbox reads it; `now` is the school's clock."""

    def __init__(self, sessions: Sessions, now: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._now = now

    def cards(self) -> list[PersonCard]:
        """Everybody: the staff first, then guardians in the order of classes and children."""
        with reading(self._sessions) as session:
            return [card for school in session.scalars(sa.select(School)) for card in _cards(session, school)]

    def new_code(self, person_id: int) -> str:
        """A fresh binding code; earlier ones are void."""
        with writing(self._sessions) as session:
            return code.issue(session, session.get_one(Person, person_id), self._now())

    def is_bound(self, openid: str) -> bool:
        """Whether the school already knows whose phone this is."""
        with reading(self._sessions) as session:
            query = sa.select(Binding.id).join(Identity).where(Identity.openid == openid)
            return session.scalars(query).first() is not None


def _cards(session: Session, school: School) -> list[PersonCard]:
    seen: dict[int, PersonCard] = {}
    for person in _staff(session, school):
        seen[person.id] = _card(school, person.id, person.name, _duties(person), _part(person))
    for person_id, person_name, relation, student, class_name in session.execute(_families(school)):
        known = seen.get(person_id)
        called = f"{student}{relation}"
        if known is None:
            about = f"{person_name}，{class_name}"
            seen[person_id] = _card(school, person_id, called, about, "guardian")
        else:
            seen[person_id] = _card(school, person_id, known.name, f"{known.about}；{called} {class_name}", known.part)
    return list(seen.values())


def _card(school: School, person_id: int, name: str, about: str, part: Part) -> PersonCard:
    return PersonCard(person_id, school.account, openid_of(school, person_id), name, about, part)


def _staff(session: Session, school: School) -> list[Person]:
    query = sa.select(Person).join(Role).where(Person.school_id == school.id, Person.left_at.is_(None))
    return list(session.scalars(query.order_by(Person.id).distinct()))


def _families(school: School) -> sa.Select[int, str, str, str, str]:
    return (
        sa.select(Person.id, Person.name, Guardianship.relation, Student.name, SchoolClass.name)
        .join(Guardianship, Guardianship.person_id == Person.id)
        .join(Student, Guardianship.student_id == Student.id)
        .join(SchoolClass, Student.class_id == SchoolClass.id)
        .where(Student.school_id == school.id, Student.left_at.is_(None), Person.left_at.is_(None))
        .order_by(SchoolClass.id, Student.id, Guardianship.rank)
    )


def _part(person: Person) -> Part:
    return "leader" if person.leads else "teacher" if person.teaches else "staff"


def _duties(person: Person) -> str:
    """The weightiest role with its class, such as 三(2)班班主任."""
    order = [*_LEADING, *(name for name in ROLES if name not in _LEADING)]
    role = min(person.roles, key=lambda role: order.index(role.name))
    where = role.school_class.name if role.name == "homeroom" and role.school_class else role.grade or ""
    title = ROLES[role.name].removeprefix("年级") if role.grade else ROLES[role.name]
    return f"{where}{role.subject or ''}{'教师' if role.subject else title}"
