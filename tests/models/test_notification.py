"""What is owed is owed once, and who owes learns how much of it was new."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from models import periodic
from models.notification import Owed, owe
from tests import cast
from tests.cast import at

NOW = at("11-23 08:00")


@pytest.mark.rule("rulings.29")
def test_what_is_owed_already_is_not_owed_again(session: Session):
    people = cast.enter(session)
    first, second = (Owed(people.school.id, "visit.offer", n, people.mother.id, NOW) for n in (1, 2))
    assert [owe(session, owed, NOW) for owed in ([first, first], [first, second], [])] == [1, 1, 0]


def test_a_slot_is_taken_once(session: Session):
    assert [periodic.take(session, "digest", slot, NOW) for slot in ("a", "a", "b")] == [True, False, True]
