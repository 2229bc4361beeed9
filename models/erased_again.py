"""A copy that was put back does not bring anybody back who was erased since it was made (rel.I20, rel.I23)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import named, restored
from models.erasure import Erased, Erasure, erase, extent, mark
from models.school import School
from models.student import Student


def known(session: Session) -> list[Erased]:
    """Everybody whom this database knows to be erased."""
    query = sa.select(School.key, Erasure.student_id, Erasure.mark).join(School, School.id == Erasure.school_id)
    return [Erased(*row) for row in session.execute(query.where(Erasure.done_at.is_not(None)))]


def erase_again(session: Session, entries: Iterable[Erased], now: datetime) -> int:
    """How many of these were still there; nobody is told a second time."""
    count = 0
    with restored.unsaid(session):
        for entry in sorted(set(entries), key=lambda e: (e.school, e.student)):
            student = session.get(Student, entry.student)
            if student is None or student.erased_at is not None or student.school.key != entry.school:
                continue
            if mark(student) != entry.mark:
                continue  # another child has got the number of a row that the copy does not know
            found = extent(session, student)
            found.named = named.look(session, student.school_id, found.names)
            erase(session, found, "restored", now, despite=True)
            count += 1
    return count
