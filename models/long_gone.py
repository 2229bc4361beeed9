"""Children who left the school long ago: what was kept of them is erased (rel.L5), unless it is held (rel.L21)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import restored
from models.concern import LEFT, Concern
from models.erasure import erase, extent
from models.forgetting import Schools
from models.note import SAFETY, Note
from models.policy import Policy
from models.student import Guardianship, Student
from models.visit import Visit

BATCH = 20  #: children of one round; each takes a few dozen statements


def due_from(session: Session, schools: Schools, policy: Policy) -> datetime | None:
    """From when the first of them has been kept long enough."""
    left = session.scalar(sa.select(Student.left_at).where(*_here(schools)).order_by(Student.left_at).limit(1))
    return left + timedelta(days=policy.keep_leaver_days) if left else None


def let_go(session: Session, schools: Schools, policy: Policy, now: datetime) -> int:
    """Erases those who have, a few at a time; nobody is told."""
    until = now - timedelta(days=policy.keep_leaver_days)
    query = sa.select(Student).where(*_here(schools), Student.left_at <= until).order_by(Student.left_at)
    gone = session.scalars(query.limit(BATCH).with_for_update(of=Student, skip_locked=True)).unique().all()
    with restored.unsaid(session):
        for student in gone:
            # What they have said in chats went long before.
            erase(session, extent(session, student), "left", now, despite=True)
    return len(gone)


def _here(schools: Schools) -> Iterator[sa.ColumnElement[bool]]:
    yield from schools.here(Student.school_id)
    yield from (Student.left_at.is_not(None), Student.erased_at.is_(None))
    yield ~sa.exists().where(Concern.student_id == Student.id, Concern.state != LEFT)
    own_visits = sa.select(Visit.id).where(Visit.student_id == Student.id)
    family = sa.select(Guardianship.person_id).where(Guardianship.student_id == Student.id)
    about = (Note.student_id == Student.id, Note.visit_id.in_(own_visits), Note.person_id.in_(family))
    yield ~sa.exists().where(Note.kind == SAFETY, sa.or_(*about))
