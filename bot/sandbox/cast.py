"""The cast of a play: everybody bound and consenting from the start, and found by the names a play uses."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.consent import PURPOSES, TEXT_VERSION, Consent
from models.identity import Binding, Identity
from models.person import Person
from models.school import School, SchoolClass
from models.student import Guardianship, Student

MAIN_CONTACT = "家长"
_NAMED = re.compile(r"(?P<student>.+?)@(?P<class>.+?班)(?P<relation>.*)")


def openid_of(school: School, person_id: int) -> str:
    """A person's openid in the sandbox: always the same for the same school and person, of the platform's form."""
    digest = hashlib.sha256(f"{school.key}/{person_id}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


def bind_everybody(session: Session, school: School, account: str, now: datetime) -> None:
    """Everybody of the school follows the account, is bound, and the guardians consent to everything."""
    bound = sa.select(Binding.person_id)
    query = sa.select(Person.id).where(Person.school_id == school.id, Person.left_at.is_(None), Person.id.not_in(bound))
    ids = {openid_of(school, person_id): person_id for person_id in session.scalars(query)}
    if not ids:
        return
    session.execute(sa.insert(Identity), [_identity(account, openid) for openid in ids])
    made = session.execute(sa.select(Identity.openid, Identity.id).where(Identity.account == account)).all()
    bindings = [
        {"identity_id": made_id, "person_id": ids[openid], "bound_at": now} for openid, made_id in made if openid in ids
    ]
    session.execute(sa.insert(Binding), bindings)
    consents = list(_consents(session, school, set(ids.values()), now))
    if consents:
        session.execute(sa.insert(Consent), consents)


def _identity(account: str, openid: str) -> dict[str, object]:
    return {"account": account, "openid": openid, "following": True, "said_left": 0, "tapped_left": 0}


def _consents(session: Session, school: School, persons: set[int], now: datetime) -> Iterator[dict[str, object]]:
    query = sa.select(Guardianship.person_id, Guardianship.student_id).join(Student)
    given = {"school_id": school.id, "text_version": TEXT_VERSION, "given_at": now, "channel": "roster"}
    rows = session.execute(query.where(Student.school_id == school.id, Student.left_at.is_(None))).all()
    for person_id, student_id in rows:
        if person_id in persons:
            for purpose in PURPOSES:
                yield {**given, "person_id": person_id, "student_id": student_id, "purpose": purpose}


def find_person(session: Session, school: School, ref: str) -> Person:
    """Whom a play means by `王敏`, `张小明妈妈` or `张伟@三(1)班妈妈`; 家长 is the main contact.

    Raises LookupError, which lists the candidates when there is more than one.
    """
    found = _named(session, school, ref) or _guardians(session, school, ref)
    persons = dict.fromkeys(found)
    if len(persons) != 1:
        several = "、".join(dict.fromkeys(found.values()))
        raise LookupError(f"{ref}: could be {several}" if several else f"{ref}: nobody of that name at {school.name}")
    return next(iter(persons))


def _named(session: Session, school: School, name: str) -> dict[Person, str]:
    """People by their own names; the staff comes before guardians who are called the same."""
    query = sa.select(Person).where(Person.school_id == school.id, Person.name == name, Person.left_at.is_(None))
    people = session.scalars(query).all()
    people = [p for p in people if p.on_staff] or list(people)
    return {p: f"{p.name} ({p.number or p.id})" for p in people}


def _guardians(session: Session, school: School, ref: str) -> dict[Person, str]:
    query = (
        sa.select(Guardianship.relation, Guardianship.rank, Person, Student.name, SchoolClass.name)
        .join(Student, Guardianship.student_id == Student.id)
        .join(SchoolClass, Student.class_id == SchoolClass.id)
        .join(Person, Guardianship.person_id == Person.id)
        .where(Student.school_id == school.id, Student.left_at.is_(None))
    )
    found: dict[Person, str] = {}
    match = _NAMED.fullmatch(ref.replace("（", "(").replace("）", ")"))
    if match:
        query = query.where(Student.name == match["student"], SchoolClass.name == match["class"])
    else:
        query = query.where(sa.literal(ref).startswith(Student.name))
    for relation, rank, person, student, class_name in session.execute(query.order_by(Guardianship.rank)):
        wanted = match["relation"] if match else ref.removeprefix(student)
        if wanted == relation or (wanted == MAIN_CONTACT and rank == 0):
            found.setdefault(person, f"{student}@{class_name}{relation}")
    return found
