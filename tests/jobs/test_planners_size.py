"""No planner walks through a term's visits, messages or people: each of its questions goes by an index."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from jobs import timetable
from tests.cast import at
from tests.jobs.test_outbox_size import plans

#: What grows with the years.
LARGE = (
    "visit|notification|survey|follow_up|history|student|person|guardianship|consent|identity|binding|inbound|record"
)
WALKS = {"sqlite": rf"SCAN ({LARGE})\b(?! USING)", "postgresql": rf"Seq Scan on ({LARGE})\b"}


@pytest.mark.parametrize("name", timetable.PLANNERS)
def test_a_planner_asks_by_index_alone(people, name):
    session, agenda = people.session, timetable.PLANNERS[name]
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":  # where hardly anything is in it a table is walked through unless it must not be
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    # Morning lists are told between their hour and noon.
    found = plans(session, lambda s: list(agenda(s, at("11-27 10:17"))), about=f"FROM ({LARGE})")
    assert found or name in ("coverage", "cries")
    assert [(sql, plan) for sql, plan in found.items() if re.search(WALKS[dialect], plan)] == []
