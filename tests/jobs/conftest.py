"""What tests of the clock ask: what was owed to whom, and at what minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs import timetable
from models.hour import local
from models.notification import Notification
from tests import cast
from tests.cast import Cast

Told = list[tuple[str, str, str]]


@pytest.fixture
def people(session: Session) -> Cast:
    return cast.enter(session)


def clock(moment: datetime | None) -> str | None:
    """The minute on the school's wall clock."""
    return None if moment is None else f"{local(moment):%m-%d %H:%M}"


@pytest.fixture
def told(people: Cast) -> Callable[[str], Told]:
    """Plans at a moment; says what was new in the outbox: kind, person, the minute at which it is to go."""

    def look(moment: str) -> Told:
        session = people.session
        before = session.scalar(sa.select(sa.func.max(Notification.id))) or 0
        timetable.plan_all(session, cast.at(moment))
        rows = session.scalars(sa.select(Notification).where(Notification.id > before))
        return sorted((r.kind, people.who(r.person_id), str(clock(r.due_at))) for r in rows)

    return look
