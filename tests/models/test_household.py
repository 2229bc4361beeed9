"""Brothers and sisters who are visited together: whose hours are held, whose visit it is, a record for each."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from bot.cli.ledger_rows import ledger
from models.errors import Refused
from models.record import REQUIRED, Record
from models.school import SchoolClass
from models.student import Guardianship, Student
from models.visit import Visit
from models.visit_life import GUARDIAN, HELD, RECORDED, Actor
from models.visit_plan import Plan
from tests.cast import Cast, at, enter, guardian, pupil, sibling

NOW = at("11-23 08:00")
SATURDAY = at("11-28 15:00")
WHOLE = dict.fromkeys(REQUIRED, "谈了")


@pytest.fixture
def people(session: Session) -> Cast:
    return enter(session)


@pytest.fixture
def hong(people: Cast) -> Student:
    """张小红, the sister who shares both parents."""
    return sibling(people, "20230208", "张小红", people.mother, people.father)


def both(people: Cast, hong: Student) -> Visit:
    """A confirmed visit to both."""
    return people.confirmed("11-28 15:00", "11-23 08:00", siblings=(hong,))


@pytest.mark.rule("B12")
def test_each_child_and_the_guardian_are_held_and_let_go_together(people: Cast, hong: Student) -> None:
    visit = people.visit("11-28 15:00", "11-23 08:00", siblings=(hong,))
    teacher = {f"p{people.wang.id}", f"way{people.wang.id}"}
    assert {holder for holder, _, _ in visit.spans()} == teacher
    visit.confirm(people.session, people.by_mother, NOW)
    family = {f"s{people.ming.id}", f"s{hong.id}", f"p{people.mother.id}"}
    assert {holder for holder, _, _ in visit.spans()} == teacher | family
    visit.cancel(people.session, people.by_teacher, NOW)
    assert visit.spans() == []


@pytest.mark.rule("B12")
def test_a_sibling_is_not_in_two_places_at_once(people: Cast, hong: Student) -> None:
    both(people, hong)
    other = Visit.propose(people.session, Plan(people.chen, hong, SATURDAY), NOW)
    with pytest.raises(Refused, match="hours_taken"):
        other.confirm(people.session, Actor(GUARDIAN, people.father.id), NOW)


@pytest.mark.rule("rulings.1")
def test_only_children_who_share_a_guardian_are_visited_together(people: Cast) -> None:
    stranger = pupil(people.session, people.school_class, "20230210", "李雷")
    guardian(people.session, stranger, "妈妈", 0)
    # A father who is told nothing of the other child makes no home of the two.
    muted = pupil(people.session, people.school_class, "20230211", "张小强")
    people.session.add(
        Guardianship(student_id=muted.id, person_id=people.father.id, relation="爸爸", rank=0, muted=True)
    )
    people.session.flush()
    for other in (stranger, muted, people.ming):
        with pytest.raises(Refused, match="not_siblings"):
            Visit.propose(people.session, Plan(people.wang, people.ming, SATURDAY, siblings=(other,)), NOW)


def test_a_sibling_out_of_reach_is_refused(people: Cast, hong: Student) -> None:
    elsewhere = SchoolClass(school_id=people.school.id, name="五(1)班", grade="五年级")
    people.session.add(elsewhere)
    people.session.flush()
    hong.class_id = elsewhere.id
    people.session.flush()
    people.session.refresh(hong)
    with pytest.raises(Refused, match="not_your_student"):
        Visit.propose(people.session, Plan(people.wang, people.ming, SATURDAY, siblings=(hong,)), NOW)


def test_it_is_found_by_either_child_and_by_who_has_either(people: Cast, hong: Student) -> None:
    visit = both(people, hong)
    step_father = guardian(people.session, hong, "继父", 2)
    people.session.expire(hong)
    for student in (people.ming, hong):
        assert Visit.of_student(people.session, student) == [visit]
    for person in (people.mother, people.father, step_father):
        assert Visit.of_guardian(people.session, person, "confirmed") == [visit]
    assert [s.name for s in visit.students] == ["张小明", "张小红"]


@pytest.mark.rule("rulings.4")
def test_who_is_muted_for_one_child_finds_no_visit_of_both(people: Cast, hong: Student) -> None:
    tie = next(g for g in hong.guardianships if g.person_id == people.father.id)
    tie.muted = True
    people.session.flush()
    visit = both(people, hong)
    assert Visit.of_guardian(people.session, people.father, "confirmed") == []
    assert visit.tie_of(people.father.id) is None


@pytest.mark.rule("R1")
def test_the_visit_is_recorded_when_every_child_has_a_record(people: Cast, hong: Student) -> None:
    session, author, late = people.session, people.wang.id, at("11-28 18:00")
    visit = people.held("11-28 15:00", "11-28 15:40", siblings=(hong,))
    first = Record.add(session, visit, author, WHOLE, late)
    first.submit(session, visit, author, late)
    assert (visit.state, [s.name for s in Record.owed(session, visit)]) == (HELD, ["张小红"])
    lines = ledger(session, people.school, "三2班")
    assert [(line.student, line.record) for line in lines] == [("张小明", True), ("张小红", False)]
    second = Record.add(session, visit, author, WHOLE, late, hong)
    second.submit(session, visit, author, late)
    assert (visit.state, Record.owed(session, visit), second.version) == (RECORDED, [], 1)


@pytest.mark.rule("rel.T25")
def test_a_record_is_sealed_under_that_childs_own_key(people: Cast, hong: Student) -> None:
    visit = people.held("11-28 15:00", "11-28 15:40", siblings=(hong,))
    record = Record.add(people.session, visit, people.wang.id, WHOLE, at("11-28 18:00"), hong)
    hong.data_key = people.ming.data_key
    with pytest.raises(InvalidTag):
        record.fields()
