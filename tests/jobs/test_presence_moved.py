"""A visit that was moved after its hour: nobody is alarmed, or asked, about the hour that is no more (V2, rel.I12)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from handlers.announce import Silence, Spoken, compose
from models.notification import Notification, Owed, owe
from tests.cast import Cast, at

AFTER = at("11-24 18:30")


@pytest.mark.rule("V2")
@pytest.mark.rule("rel.I12")
@pytest.mark.parametrize("kind", ["presence.remind", "presence.alert", "presence.took_place"])
def test_what_was_owed_about_the_old_hour_is_left_unsaid(people: Cast, kind: str) -> None:
    session, visit = people.session, people.confirmed("11-24 15:00", "11-23 08:00")
    owe(session, [Owed(people.school.id, kind, visit.id, people.wang.id, AFTER, visit.round)], AFTER)
    row = session.scalars(sa.select(Notification).where(Notification.kind == kind)).one()
    assert isinstance(compose(session, row, None, AFTER), Spoken)
    visit.move(session, people.by_teacher, at("11-28 15:00"), AFTER)
    visit.confirm(session, people.by_mother, AFTER)
    assert isinstance(compose(session, row, None, AFTER), Silence)
