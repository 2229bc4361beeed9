"""No second request for a visit at home after a family's no: until the term is over, or it asks itself (rulings 6)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from models import home_refusal
from models.errors import Refused
from models.home_refusal import refused_at_home
from models.student import Guardianship
from models.visit_life import AT_HOME, AT_SCHOOL, PHONE, TEACHER, VIDEO, Actor
from tests.cast import Cast, at, enter, mentor, pupil, staff

SAID = at("11-24 09:00")

pytestmark = pytest.mark.rule("rulings.6")


@pytest.fixture
def people(session: Session) -> Cast:
    """A cast whose mother has refused to be visited at home."""
    people = enter(session)
    people.visit("11-28 15:00", "11-23 08:00").decline(session, people.by_mother, SAID)
    return people


def refused(people: Cast) -> dict[int, object]:
    term = people.school.term(SAID.date())
    return dict(refused_at_home(people.session, [people.ming.id], term))


def test_nobody_asks_that_family_for_a_visit_at_home_again(people: Cast) -> None:
    assert refused(people) == {people.ming.id: SAID.date()}
    for teacher in (people.wang, people.chen):
        with pytest.raises(Refused, match="refused_at_home"):
            people.visit("12-12 15:00", "12-01 08:00", teacher=teacher)


@pytest.mark.parametrize("form", [PHONE, VIDEO, AT_SCHOOL])
def test_other_forms_are_free(people: Cast, form: str) -> None:
    assert people.visit("12-12 15:00", "12-01 08:00", form=form).form == form


def test_the_next_term_is_free(people: Cast) -> None:
    home_refusal.check(people.session, people.ming, AT_HOME, at("11-24 09:00").replace(year=2027, month=3))
    with pytest.raises(Refused):
        home_refusal.check(people.session, people.ming, AT_HOME, at("11-24 09:00").replace(year=2027, month=1))


def test_her_other_children_are_not_asked_for_either_and_other_families_are(people: Cast, session: Session) -> None:
    sister = pupil(session, people.school_class, "20230208", "张小红")
    session.add(Guardianship(student_id=sister.id, person_id=people.mother.id, relation="妈妈", rank=0))
    other = pupil(session, people.school_class, "20230209", "赵强")
    found = refused_at_home(session, [sister.id, other.id], people.school.term(SAID.date()))
    assert set(found) == {sister.id}


def test_a_wish_for_another_form_counts_as_a_no(session: Session) -> None:
    people = enter(session, key="other")
    people.visit("11-28 15:00", "11-23 08:00").change_form(session, people.by_mother, PHONE, SAID)
    assert refused(people)


@pytest.mark.parametrize("by_phone", [True, False], ids=["told on the telephone", "withdrawn by the teacher"])
def test_who_speaks_for_the_family(session: Session, by_phone: bool) -> None:
    people = enter(session, key="other")
    visit = people.visit("11-28 15:00", "11-23 08:00")
    if by_phone:
        visit.decline(session, Actor(TEACHER, people.wang.id, by_phone=True), SAID)
    else:
        visit.withdraw(session, people.by_teacher, SAID)
    assert bool(refused(people)) is by_phone


def test_a_guardian_who_asks_for_one_herself_lifts_it(people: Cast, session: Session) -> None:
    home_refusal.lift(session, [people.ming.id], people.father.id, SAID)
    friend = staff(session, people.school, "林芳", mentor(people.school_class))
    assert not refused(people)
    assert people.visit("12-12 15:00", "12-01 08:00", teacher=friend).form == AT_HOME
