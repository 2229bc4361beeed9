"""A cry for help goes on from leader to leader by the minute, until one of them has read it (rulings 41)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from models import cry
from models.note import SAFETY as CRY
from models.note import Note
from models.notification import SAFETY, Notification, Owed, owe
from models.person import GRADE_HEAD, Role
from tests.cast import Cast, at
from tests.jobs.conftest import Told

SAID, TEN, TWENTY = "11-23 23:40", "11-23 23:50", "11-24 00:00"


@pytest.fixture
def cried(people: Cast) -> Note:
    """The mother has cried for help, and student affairs were told at once; one leads the child's grade."""
    note = Note.write(people.session, people.school.id, CRY, "救救我们", at(SAID))
    note.person_id = people.mother.id
    people.chen.roles.append(Role(name=GRADE_HEAD, grade=people.school_class.grade))
    told_at_once = Owed(people.school.id, "safety.cry", note.id, people.zhou.id, at(SAID), priority=SAFETY)
    owe(people.session, [told_at_once], at(SAID))
    return note


@pytest.mark.rule("rulings.41")
def test_the_next_leader_after_ten_minutes_and_all_again_after_twenty(cried: Note, told: Callable[[str], Told]):
    assert told("11-23 23:49") == []
    assert told(TEN) == [("safety.cry", "chen", TEN)]
    assert told("11-23 23:59") == []
    assert told(TWENTY) == [("safety.cry", "chen", TWENTY), ("safety.cry", "zhou", TWENTY)]
    assert told("11-24 01:00") == []


@pytest.mark.rule("rulings.41")
@pytest.mark.parametrize("how", ["read", "taken up"])
def test_it_goes_no_further_once_a_leader_knows(people: Cast, cried: Note, told: Callable[[str], Told], how: str):
    if how == "read":
        cry.seen(cried, at("11-23 23:45"))
        others: Told = []
    else:
        assert told(TEN) == [("safety.cry", "chen", TEN)]
        assert cry.take_up(people.session, cried, people.chen, at(TEN))
        assert not cry.take_up(people.session, cried, people.zhou, at(TEN))
        others = [("safety.taken", "zhou", TEN)]
    people.session.flush()
    assert told(TWENTY) == []
    rows = [row for row in people.session.scalars(sa.select(Notification)) if row.kind == "safety.taken"]
    assert [(r.kind, people.who(r.person_id), TEN) for r in rows] == others


@pytest.mark.rule("rulings.41")
def test_where_nobody_is_next_the_same_are_told_again(people: Cast, cried: Note, told: Callable[[str], Told]):
    people.chen.roles = [role for role in people.chen.roles if role.name != GRADE_HEAD]
    people.session.flush()
    assert told(TEN) == [("safety.cry", "zhou", TEN)]
    assert told(TWENTY) == [("safety.cry", "zhou", TWENTY)]
