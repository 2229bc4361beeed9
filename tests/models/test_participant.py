"""Who comes to a round table: each answers for herself, whatever the others say (B11)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from models import participant
from models.also_reminded import AlsoReminded
from models.errors import Refused
from models.participant import ASKED, YES
from models.student import Guardianship
from models.visit import Visit
from models.visit_life import GUARDIAN, PHONE, VIDEO, Actor
from tests.cast import Cast, at, enter, guardian, pupil

SAID = at("11-24 09:00")

pytestmark = pytest.mark.rule("B11")


@pytest.fixture
def people(session: Session) -> Cast:
    return enter(session)


@pytest.fixture
def table(people: Cast) -> Visit:
    """A round table with both parents."""
    visit = people.visit("11-28 19:00", "11-23 08:00", form=VIDEO)
    participant.invite(people.session, visit, [people.father, people.mother])
    return visit


def answers(session: Session, visit: Visit) -> list[str]:
    return [p.answer for p in participant.of_visit(session, visit)]


def test_who_takes_the_time_comes_and_the_others_are_still_asked(people: Cast, table: Visit, session: Session) -> None:
    participant.settled(session, table, people.mother.id, False, SAID)
    assert answers(session, table) == [YES, ASKED]


def test_after_a_move_everybody_else_is_asked_anew(people: Cast, table: Visit, session: Session) -> None:
    participant.answer(session, table, people.father.id, False, SAID)
    participant.settled(session, table, people.mother.id, True, SAID)
    assert answers(session, table) == [YES, ASKED]


def test_who_comes_is_reminded_and_who_does_not_is_not(people: Cast, table: Visit, session: Session) -> None:
    for coming in (True, False, True):
        assert participant.answer(session, table, people.father.id, coming, SAID)
        assert AlsoReminded.of(session, [table.id]).get(table.id, []) == ([people.father.id] if coming else [])
    assert not participant.answer(session, table, people.father.id, True, SAID)


def test_the_last_who_could_come_refuses_for_all(people: Cast, table: Visit, session: Session) -> None:
    assert not participant.last_to_refuse(session, table, people.mother.id)
    participant.answer(session, table, people.father.id, False, SAID)
    assert participant.last_to_refuse(session, table, people.mother.id)


def test_only_who_is_invited_answers_and_only_before_it_begins(people: Cast, table: Visit, session: Session) -> None:
    granny = guardian(session, people.ming, "奶奶", 2)
    with pytest.raises(Refused, match="not_yours"):
        participant.answer(session, table, granny.id, True, SAID)
    with pytest.raises(Refused, match="not_now"):
        participant.answer(session, table, people.father.id, True, at("11-28 19:00"))


def test_another_visit_is_no_round_table(people: Cast, session: Session) -> None:
    visit = people.visit("11-28 19:00", "11-23 08:00", form=PHONE)
    participant.invite(session, visit, [])
    assert answers(session, visit) == []


@pytest.mark.rule("B12")
def test_who_comes_is_at_no_other_visit_at_that_hour(people: Cast, table: Visit, session: Session) -> None:
    sister = pupil(session, people.school_class, "20230208", "张小红")
    session.add(Guardianship(student_id=sister.id, person_id=people.father.id, relation="爸爸", rank=0))
    table.confirm(session, people.by_mother, SAID)
    participant.settled(session, table, people.mother.id, False, SAID)
    assert participant.answer(session, table, people.father.id, True, SAID)
    other = people.visit("11-28 19:10", "11-23 08:00", form=PHONE, teacher=people.chen, student=sister)
    with pytest.raises(Refused, match="hours_taken"):
        other.confirm(session, Actor(GUARDIAN, people.father.id), SAID)


@pytest.mark.rule("B12")
def test_who_cannot_come_is_free_again(people: Cast, table: Visit, session: Session) -> None:
    table.confirm(session, people.by_mother, SAID)
    participant.settled(session, table, people.mother.id, False, SAID)
    for coming in (True, False):
        participant.answer(session, table, people.father.id, coming, SAID)
        held = {span[0] for span in table.spans()}
        assert (f"p{people.father.id}" in held) is coming
