"""A guardian's visits are found by her children, however many visits of others are open."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from models import ready
from models.visit import Visit
from tests import cast


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_they_are_looked_up_by_their_numbers_and_not_among_all_that_are_open(session: Session) -> None:
    mother = cast.enter(session).mother
    _, query = Visit._of_guardian()
    values = {"guardian": mother.id, "states": ["proposed", "confirmed"]}
    made = ready.of(session, query, values)
    driver: Any = session.connection().connection.driver_connection
    plan = [row[-1] for row in driver.execute(f"EXPLAIN QUERY PLAN {made.words}", made.given(values))]
    assert plan[0] == "SEARCH visit USING INTEGER PRIMARY KEY (rowid=?)", plan
