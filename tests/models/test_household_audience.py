"""Who hears of a visit to siblings, and of which child: the same whether asked for one visit or by the clock for many."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audience
from models.consent import Consent
from models.person import Person
from models.student import Guardianship, Student
from tests.cast import Cast, enter, guardian, sibling


@pytest.fixture
def people(session: Session) -> Cast:
    return enter(session)


@pytest.fixture
def hong(people: Cast) -> Student:
    """张小红, whose mother is that of 张小明, and whose father is another."""
    child = sibling(people, "20230208", "张小红", people.mother)
    guardian(people.session, child, "爸爸", 1)
    people.session.expire_all()
    return child


def heard(people: Cast, *students: Student) -> dict[str, list[str]]:
    found = audience.hearing(people.session, students)
    return {person.name: [s.name for s in children] for person, children in found.items()}


def mute(people: Cast, student: Student, person: Person) -> None:
    next(tie for tie in student.guardianships if tie.person_id == person.id).muted = True
    people.session.flush()


def withdraw(people: Cast, student: Student, person: Person) -> None:
    mine = sa.and_(Consent.student_id == student.id, Consent.person_id == person.id)
    people.session.execute(sa.delete(Consent).where(mine))


@pytest.mark.rule("rulings.4")
def test_each_hears_of_her_own_and_who_has_all_comes_first(people: Cast, hong: Student) -> None:
    expected = {"张小明妈妈": ["张小明", "张小红"], "张小明爸爸": ["张小明"], "张小红爸爸": ["张小红"]}
    assert heard(people, people.ming, hong) == expected
    assert [p.name for p in audience.announced_to(people.session, people.ming, hong)] == list(expected)
    assert [p.name for p in audience.answering(people.session, people.ming, hong)] == ["张小明妈妈"]


@pytest.mark.rule("rulings.4")
def test_who_is_muted_for_one_of_them_hears_nothing_at_all(people: Cast, hong: Student) -> None:
    mute(people, hong, people.mother)
    assert "张小明妈妈" not in heard(people, people.ming, hong)
    # Of a visit to the other child alone she hears as ever.
    assert "张小明妈妈" in heard(people, people.ming)
    assert audience.asked_of(people.session, people.ming, hong) == []


@pytest.mark.rule("rulings.16")
def test_consent_for_one_child_is_none_for_the_other(people: Cast, hong: Student) -> None:
    withdraw(people, hong, people.mother)
    assert heard(people, people.ming, hong)["张小明妈妈"] == ["张小明"]
    assert audience.answering(people.session, people.ming, hong) == []


@pytest.mark.rule("rulings.25")
def test_the_main_contact_of_siblings_is_one_whom_all_have(people: Cast, hong: Student) -> None:
    mother = next(tie for tie in people.ming.guardianships if tie.person_id == people.mother.id)
    mother.rank = 5
    people.session.flush()
    contact = audience.main_contact(people.session, people.ming, hong)
    assert contact is not None
    assert contact.person_id == people.mother.id


@pytest.mark.parametrize("nth", range(16))
@pytest.mark.rule("rulings.4")
def test_the_clock_knows_the_same_audience(nth: int, people: Cast, hong: Student) -> None:
    mother_muted, father_muted, no_consent_ming, no_consent_hong = list(itertools.product((False, True), repeat=4))[nth]
    if mother_muted:
        mute(people, hong, people.mother)
    if father_muted:
        mute(people, people.ming, people.father)
    if no_consent_ming:
        withdraw(people, people.ming, people.mother)
    if no_consent_hong:
        withdraw(people, hong, people.mother)
    students = [people.ming, hong]
    one = {p.id: len(children) == 2 for p, children in audience.hearing(people.session, students).items()}
    many = audience.households(people.session, {7: [s.id for s in students]})[7]
    assert [(each.person_id, each.of_all) for each in many] == list(one.items())


def test_who_shares_no_guardian_has_no_siblings(people: Cast, hong: Student) -> None:
    assert people.ming.siblings(people.session) == [hong]
    session = people.session
    session.execute(sa.delete(Guardianship).where(Guardianship.student_id == hong.id))
    session.expire_all()
    assert people.ming.siblings(session) == []
