"""Whatever has happened to visits before: who is reminded is what the settled visits say, and nothing else is sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.orm import Session

from handlers.announce import Silence, compose
from jobs import reminders
from jobs.agenda import plan
from models import audience
from models.notification import Notification
from models.visit import Visit
from models.visit_life import CONFIRMED
from tests.cast import Cast, at
from tests.deeds import History, histories

EVENING = at("11-27 18:00")


def owed(session: Session, *kinds: str) -> set[tuple[str, int, int]]:
    """Kind, visit and person of what stands in the outbox."""
    rows = session.scalars(sa.select(Notification).where(Notification.kind.in_(kinds)))
    return {(row.kind, row.subject_id, row.person_id) for row in rows}


def evening(people: Cast, visits: list[Visit]) -> set[tuple[str, int, int]]:
    """What the rows say: a reminder for who answered for the family, one brief for everybody who goes."""
    found = set()
    for visit in visits:
        guardian = audience.answering_guardian(people.session, visit)
        found |= {("reminder.evening", visit.id, guardian.id)} if guardian else set()
        found |= {("reminder.brief", 0, person.id) for person in (visit.teacher, *visit.going)}
    return found


def day(people: Cast, visits: list[Visit]) -> set[tuple[str, int, int]]:
    found = set()
    for visit in visits:
        guardian = audience.answering_guardian(people.session, visit)
        found |= {("reminder.guardian", visit.id, guardian.id)} if guardian else set()
        found |= {("reminder.teacher", visit.id, person.id) for person in (visit.teacher, *visit.going)}
    return found


@given(histories())
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.rule("B15")
def test_reminders_are_what_settled_visits_say(people: Cast, deeds: list[tuple[str, int, int]]) -> None:
    session = people.session
    with session.begin_nested() as whole:
        history = History(people)
        for deed in deeds:
            history.do(*deed)
        session.flush()
        standing = [v for v in history.visits if v.state == CONFIRMED]
        plan(reminders.agenda, session, EVENING)
        assert owed(session, "reminder.evening", "reminder.brief") == evening(people, standing)
        for hour in range(13, 20):
            # Twice an hour, so that each falls due in its time.
            for minute in (0, 20, 40):
                plan(reminders.agenda, session, at(f"11-28 {hour}:{minute:02}") + timedelta(seconds=1))
        assert owed(session, "reminder.guardian", "reminder.teacher") == day(people, standing)
        _nothing_else_is_said(session)
        whole.rollback()
    session.expire_all()


def _nothing_else_is_said(session: Session) -> None:
    """A visit that is called off at the last moment is not reminded of any more (rel.I12)."""
    rows = list(session.scalars(sa.select(Notification).where(Notification.kind.startswith("reminder."))))
    for visit in session.scalars(sa.select(Visit).where(Visit.state == CONFIRMED)):
        visit.state = "cancelled"
    session.flush()
    said = [row.kind for row in rows if not isinstance(compose(session, row, None, EVENING), Silence)]
    assert said == []
