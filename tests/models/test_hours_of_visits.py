"""Nobody is double-booked (B12): what is held is what the open visits say, whatever has happened to them."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.orm import Session

from models.base import Sessions, reading, writing
from models.errors import Refused
from models.hours import HeldHour, granules
from models.person import SUBJECT, Person, Role
from models.student import Guardianship, Student
from models.visit import Visit
from models.visit_life import AT_HOME, PHONE, PROPOSED
from models.visit_plan import Plan
from tests.cast import Cast, enter, pupil, sibling, staff
from tests.deeds import NOW, SATURDAY, History, histories, settled

RACERS = 16


def held(session: Session) -> set[tuple[str, int, int]]:
    session.flush()
    rows = session.execute(sa.select(HeldHour.holder, HeldHour.granule, HeldHour.visit_id))
    return {(holder, granule, visit_id) for holder, granule, visit_id in rows}


def said(session: Session) -> set[tuple[str, int, int]]:
    """The same as the rows of the visits say."""
    visits = session.scalars(sa.select(Visit))
    return {(h, g, v.id) for v in visits for h, start, end in v.spans() for g in granules(start, end)}


@pytest.fixture
def people(session: Session) -> Cast:
    return enter(session)


@given(histories())
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.rule("B12")
def test_what_is_held_is_what_open_visits_say(people: Cast, deeds: list[tuple[str, int, int]]) -> None:
    session = people.session
    with session.begin_nested() as whole:
        sibling(people, "20230209", "张小雅", people.mother)
        history = History(people)
        for deed in deeds:
            history.do(*deed)
            assert held(session) == said(session), deed
        open_now = {v.id for v in settled(history.visits)}
        assert {visit_id for _, _, visit_id in held(session)} == open_now
        for person in (people.wang, people.chen, people.zhou):
            hers = [v for v in settled(history.visits) if v.teacher_id == person.id and v.form == AT_HOME]
            times = [(v.starts_at, v.ends_at) for v in hers]
            assert _far_enough_apart(times, people.school.policy.travel_gap_minutes)
        whole.rollback()
    session.expire_all()


def _far_enough_apart(times: list[tuple[datetime, datetime]], gap: int) -> bool:
    ordered = sorted(times)
    return all(b[0] >= a[1] + timedelta(minutes=gap) for a, b in pairwise(ordered))


@pytest.mark.parametrize(
    ("first", "second", "minutes", "fits"),
    [
        (AT_HOME, AT_HOME, 40, False),  # the end of the first: no way between
        (AT_HOME, AT_HOME, 50, False),
        (AT_HOME, AT_HOME, 55, True),
        (AT_HOME, PHONE, 40, True),  # a call needs no way
        (AT_HOME, PHONE, 35, False),
        (PHONE, AT_HOME, 15, True),
        (PHONE, AT_HOME, 10, False),
        (AT_HOME, AT_HOME, -55, True),
        (AT_HOME, AT_HOME, -50, False),
    ],
)
@pytest.mark.rule("B12")
def test_two_homes_keep_the_way_between_them(first: str, second: str, minutes: int, fits: bool, people: Cast) -> None:
    other = pupil(people.session, people.school_class, "20230208", "李雷")
    Visit.propose(people.session, Plan(people.wang, people.ming, SATURDAY, first), NOW)
    plan = Plan(people.wang, other, SATURDAY + timedelta(minutes=minutes), second)
    if fits:
        assert Visit.propose(people.session, plan, NOW).state == PROPOSED
    else:
        with pytest.raises(Refused, match="hours_taken"):
            Visit.propose(people.session, plan, NOW)


@pytest.mark.parametrize("whom", ["ming", "sister"])
@pytest.mark.rule("B12")
def test_a_child_and_a_guardian_are_in_one_place_once_it_is_confirmed(whom: str, people: Cast) -> None:
    session = people.session
    sister = pupil(session, people.school_class, "20230209", "张小雅")
    session.add(Guardianship(student_id=sister.id, person_id=people.mother.id, relation="妈妈", rank=0))
    other = staff(session, people.school, "李国强", Role(name=SUBJECT, class_id=people.school_class.id))
    people.confirmed("11-28 15:00", "11-23 08:00")
    # An offer holds the teacher's hours only, so that two teachers may ask; both cannot be taken.
    second = Visit.propose(session, Plan(other, people.ming if whom == "ming" else sister, SATURDAY), NOW)
    with pytest.raises(Refused, match="hours_taken"):
        second.confirm(session, people.by_mother, NOW)


@pytest.mark.rule("B12")
@pytest.mark.rule("rel.I13")
def test_of_sixteen_who_want_the_same_hour_exactly_one_gets_it(sessions: Sessions) -> None:
    with writing(sessions) as session:
        cast = enter(session)
        teacher = cast.wang.id
        students = [pupil(session, cast.school_class, f"9{n:03}", f"学生{n}").id for n in range(RACERS)]
    won, lost, gate = [], [], threading.Barrier(RACERS)

    def race(student: int) -> None:
        gate.wait()
        try:
            with writing(sessions, 20.0) as session:
                plan = Plan(session.get_one(Person, teacher), session.get_one(Student, student), SATURDAY)
                won.append(Visit.propose(session, plan, NOW).id)
        except Refused as no:
            lost.append(no.code)

    threads = [threading.Thread(target=race, args=(s,)) for s in students]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(won), lost) == (1, ["hours_taken"] * (RACERS - 1))
    with reading(sessions) as session:
        assert held(session) == said(session)
        assert session.scalar(sa.select(sa.func.count()).select_from(Visit)) == 1
