"""The large invented school: the same from the same seed, and a term of every kind of visit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.sandbox.big_school import BEHIND, settle_big
from models.base import make_engine
from models.coverage import Period, figures, standings
from models.student import Guardianship, Student
from models.tables import METADATA
from models.visit import Visit

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def plain(session: Session) -> list[object]:
    columns = (Visit.student_id, Visit.teacher_id, Visit.state, Visit.form, Visit.starts_at)
    people = session.scalars(sa.select(Student.name).order_by(Student.id))
    return [*people, *(tuple(row) for row in session.execute(sa.select(*columns).order_by(Visit.id)))]


def grown(seed: int) -> list[object]:
    engine = make_engine("sqlite://")
    METADATA.create_all(engine)
    with Session(engine) as session:
        settle_big(session, NOW, seed, classes=2)
        found = plain(session)
    engine.dispose()
    return found


def test_the_same_seed_makes_the_same_school() -> None:
    assert grown(1) == grown(1)
    assert grown(1) != grown(2)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_its_families_are_reached_and_its_visits_are_of_every_kind(session: Session) -> None:
    school = settle_big(session, NOW, classes=6)
    states = set(session.scalars(sa.select(Visit.state).distinct()))
    assert states == {*BEHIND, "confirmed", "proposed"}
    assert session.scalar(sa.select(sa.func.count()).select_from(Guardianship)) == 480
    counted = figures(standings(session, school, Period.of(school, NOW)))
    assert counted.unreachable == 0
    assert 0 < counted.planned < counted.visited < counted.pupils == 240
