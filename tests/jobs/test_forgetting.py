"""What was kept to learn from is gone after 90 days (rulings 43)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs import forgetting
from jobs.agenda import next_at, plan
from models.unclear import APPROVED, Doubt, Unclear
from tests.cast import Cast, at

DOUBT = Doubt("teacher", "none", "unknown", "unknown")


@pytest.mark.rule("rulings.43")
def test_what_was_not_understood_is_forgotten_on_its_day_whatever_was_decided(people: Cast):
    session, first, second = people.session, at("06-01 08:00"), at("06-03 08:00")
    Unclear.keep(session, people.school.id, "〔名〕", DOUBT, first).look("somebody", first, APPROVED)
    Unclear.keep(session, people.school.id, "〔数〕", DOUBT, second)
    session.flush()
    day = first + timedelta(days=90)
    assert next_at(forgetting.agenda, session, second) == day
    assert plan(forgetting.agenda, session, day - timedelta(minutes=1)) == 0
    assert plan(forgetting.agenda, session, day) == 1
    assert session.scalars(sa.select(Unclear.at)).all() == [second]
    assert next_at(forgetting.agenda, session, day) == second + timedelta(days=90)
