"""Who leaves the school: closed, never deleted, and the family with the last of its children."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import history
from models.person import Person
from models.student import Guardianship, Student


def leave(session: Session, student: Student, verb: str, now: datetime) -> list[Person]:
    """Closes a student; returns the guardians who may have lost their last child here."""
    student.left_at = now
    history.write(session, student, history.Deed(verb, "student", student.id), now)
    return [bond.person for bond in student.guardianships]


def follow(session: Session, guardians: Collection[Person], now: datetime) -> None:
    """Whoever has no child at the school any more is closed, too; whoever has one again is opened."""
    session.flush()
    ids = sorted({person.id for person in guardians})
    with_child: set[int] = set()
    for part in (ids[n : n + 500] for n in range(0, len(ids), 500)):
        query = sa.select(Guardianship.person_id).join(Student).where(Student.left_at.is_(None))
        with_child.update(session.scalars(query.where(Guardianship.person_id.in_(part))))
    for person in guardians:
        if person.id in with_child:
            person.left_at = None
        elif not person.roles:
            person.left_at = person.left_at or now
