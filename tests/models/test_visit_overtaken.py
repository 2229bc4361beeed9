"""Two who step the same visit at once: the later one is told that it has changed, and nothing is overwritten."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models.base import Sessions
from models.visit import Visit
from models.visit_life import LAPSED, Actor
from tests import cast
from tests.cast import at


@pytest.mark.rule("rel.I4")
def test_a_confirmation_that_read_an_older_visit_does_not_bring_a_lapsed_one_back(sessions: Sessions) -> None:
    with sessions() as first:
        people = cast.enter(first)
        visit_id, mother_id = people.visit("11-28 15:00").id, people.mother.id
        first.commit()
    with sessions() as slow, sessions() as quick:
        seen = slow.get_one(Visit, visit_id)
        assert seen.student.name  # read before the other one steps it
        slow.commit()  # what was read stays, as it was then
        _lapse(quick, visit_id)
        with pytest.raises(StaleDataError):
            seen.confirm(slow, Actor("guardian", mother_id), at("11-24 08:00"))
    with sessions() as after:
        assert after.get_one(Visit, visit_id).state == LAPSED


def _lapse(session: Session, visit_id: int) -> None:
    session.get_one(Visit, visit_id).lapse(session, at("11-23 08:00"))
    session.commit()
