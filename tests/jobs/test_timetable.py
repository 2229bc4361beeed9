"""All planners together: nothing is skipped, nothing happens twice, one bug is one bug."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from jobs import timetable
from models.base import Sessions, make_engine, writing
from models.consent import Consent
from models.errors import Refused
from models.history import History
from models.notification import Notification
from models.survey import PRE_VISIT, Survey
from models.tables import METADATA
from models.visit import Visit
from models.visit_life import AT_HOME, LAPSED, PHONE, PROPOSED, VIDEO, Actor
from tests import cast
from tests.cast import Cast, at

QUARTER = timedelta(minutes=15)
NOW = at("11-23 08:00")
AHEAD = ("proposed", "countered", "confirmed", "moving", "prepared")
PAST = ("confirmed", "under_way", "held", "recorded")
quarters = st.integers(min_value=1, max_value=600)
visits = st.tuples(
    st.integers(min_value=-2900, max_value=700), quarters, st.sampled_from((AT_HOME, PHONE, VIDEO)), st.integers(0, 19)
)


@pytest.fixture(scope="module")
def memory(_master_key: None) -> Iterator[Session]:
    """SQLite alone: what is random need not be tried twice."""
    engine = make_engine("sqlite://")
    METADATA.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


@given(st.lists(visits, min_size=1, max_size=4), st.data())
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_between_two_moments_of_the_timetable_nothing_falls_due(memory: Session, story, data):
    with memory.begin_nested() as whole:
        people = cast.enter(memory)
        for number, told in enumerate(story):
            _play(people, number, *told)
        now = NOW
        for _ in range(14):
            timetable.plan_all(memory, now)
            assert timetable.plan_all(memory, now) == 0
            coming = timetable.next_at(memory, now)
            if coming is None:
                break
            assert coming > now
            between = data.draw(st.floats(min_value=0.001, max_value=0.999))
            _nothing_at(memory, now + (coming - now) * between)
            _nothing_at(memory, coming - timedelta(microseconds=1))
            now = coming
        whole.rollback()


def _nothing_at(session: Session, moment: datetime) -> None:
    with session.begin_nested() as trial:
        assert timetable.plan_all(session, moment) == 0
        trial.rollback()


def _play(people: Cast, number: int, start: int, before: int, form: str, which: int) -> None:
    """One visit of a family of its own, as far as it had come by `NOW`."""
    session = people.session
    child = cast.pupil(session, people.school_class, f"{number}", f"child {number}")
    parent = Actor("guardian", cast.guardian(session, child, "妈妈", 0).id)
    starts = NOW + start * QUARTER
    asked = min(starts - before * QUARTER, NOW)
    stages = AHEAD if starts > NOW else PAST
    stage = stages[which % len(stages)]
    try:
        visit = Visit.propose(session, cast.Plan(people.wang, child, starts, form), asked)
    except Refused:  # the teacher is elsewhere at that hour
        return
    if stage == "countered":
        visit.counter(session, parent, NOW + 777 * QUARTER + number * timedelta(hours=1), asked)
    elif stage != "proposed":
        visit.confirm(session, parent, asked)
    if stage == "moving":
        visit.move(session, people.by_teacher, NOW + 790 * QUARTER + number * timedelta(hours=1), asked)
    if stage == "prepared":
        Survey.begin(session, visit, PRE_VISIT, session.get_one(cast.Person, parent.person_id), asked)
    if stage in ("under_way", "held", "recorded") and form == AT_HOME:
        visit.check_in(session, people.by_teacher, starts)
    if stage in ("held", "recorded"):
        (visit.check_out if form == AT_HOME else visit.hold)(
            session, people.by_teacher, max(visit.starts_at, visit.ends_at)
        )
    if stage == "recorded":
        visit.record(session, people.by_teacher, visit.ends_at + QUARTER)
    session.flush()


def test_an_empty_school_has_nothing_to_come(people: Cast):
    assert timetable.plan_all(people.session, NOW) == 0
    assert timetable.next_at(people.session, NOW) == at("01-04 07:40").replace(year=2027)  # the first week that is open


@pytest.mark.parametrize(
    ("moment", "kind"),
    [
        ("11-26 08:00", "offer.lapsed"), ("11-25 18:00", "reminder.early"), ("11-27 18:00", "reminder.brief"),
        ("11-28 13:00", "reminder.teacher"), ("11-28 17:40", "presence.alert"), ("11-29 15:40", "presence.missed"),
        ("11-20 17:45", "record.reminder"), ("11-20 17:45", "survey.ask"), ("11-25 19:00", "followup.short"),
    ],
)  # fmt: skip
def test_all_that_fall_due_in_one_minute_are_seen_to_in_one_go(people: Cast, moment, kind):
    session = people.session
    for number in range(3):
        teacher = cast.staff(session, people.school, f"teacher {number}", cast.mentor(people.school_class))
        child = cast.pupil(session, people.school_class, f"{number}", f"child {number}")
        people = dataclasses.replace(people, wang=teacher, ming=child, mother=cast.guardian(session, child, "妈妈", 0))
        people.visit("11-30 15:00", "11-23 08:00")
        people.confirmed("11-28 15:00", "11-22 08:00")
        people.held("11-20 15:00", "11-20 15:45", confirmed="11-19 22:00")
    timetable.plan_all(session, at(moment))
    found = session.scalars(sa.select(Notification).where(Notification.kind == kind)).all()
    assert len({n.subject_id or n.person_id for n in found}) == 3


@pytest.mark.rule("rulings.27")
def test_the_next_thing_is_named_however_far_away(people: Cast):
    people.confirmed("12-24 15:00", "11-23 08:00")
    coming = timetable.next_at(people.session, at("11-23 09:00"))
    assert coming == at("12-21 18:00")


def test_what_can_be_told_to_nobody_does_not_hold_up_the_timetable(people: Cast, told):
    people.confirmed("11-28 15:00", "11-23 08:00")
    people.session.execute(sa.delete(Consent))
    assert [kind for kind, _, _ in told("11-27 18:00")] == ["calls.today", "reminder.brief"]
    assert timetable.next_at(people.session, at("11-27 18:00")) == at("11-28 07:40")


@pytest.mark.rule("rel.I9")
def test_two_beats_at_once_do_nothing_twice(sessions: Sessions):
    with writing(sessions) as session:
        people = cast.enter(session)
        lapsing = people.visit("11-28 15:00", "11-23 08:05")
        people.confirmed("11-27 15:00", "11-23 08:05")
        people.held("11-24 15:00", "11-24 15:45")
    together = threading.Barrier(2)

    def beat() -> None:
        with writing(sessions) as session:
            together.wait(timeout=0.2) if session.get_bind().dialect.name != "sqlite" else None
            timetable.plan_all(session, at("11-26 19:00"))

    beats = [threading.Thread(target=beat) for _ in range(2)]
    for thread in beats:
        thread.start()
    for thread in beats:
        thread.join()
    with sessions() as session:
        lapses = sa.select(sa.func.count()).where(History.verb == "lapse", History.subject_id == lapsing.id)
        assert session.scalar(lapses) == 1
        assert session.get_one(Visit, lapsing.id).steps == 2
        kinds = session.scalars(sa.select(Notification.kind).where(Notification.person_id == people.wang.id))
        assert sorted(kinds) == ["offer.lapsed", "reminder.brief"]


def test_a_planner_that_fails_does_not_stop_the_others(people: Cast, told, monkeypatch):
    def broken(session: Session, now: datetime) -> list[timetable.agenda.Due]:
        session.execute(sa.text("select nothing"))
        return []

    monkeypatch.setitem(timetable.PLANNERS, "offers", broken)
    people.confirmed("11-28 15:00", "11-23 08:00")
    assert [kind for kind, _, _ in told("11-28 13:00")] == ["reminder.teacher"]


def test_a_visit_that_cannot_be_stepped_does_not_hold_up_the_others(people: Cast, told):
    other = cast.pupil(people.session, people.school_class, "2", "李雷")
    broken, sound = people.visit("11-28 15:00"), people.visit("11-28 17:00", student=other)
    people.ming.data_key = b"not a key at all, so that its history cannot be sealed"
    people.session.flush()
    told("11-26 08:05")
    people.session.expire_all()
    assert (broken.state, sound.state) == (PROPOSED, LAPSED)


def test_schools_with_other_hours_keep_to_them(people: Cast, told, monkeypatch):
    from models import school
    from models.policy import Policy

    monkeypatch.setitem(school._policies, "late", Policy(teacher_ahead_minutes=180))
    elsewhere = cast.enter(people.session, "late")
    people.confirmed("11-28 15:00", "11-23 08:00")
    elsewhere.confirmed("11-28 15:00", "11-23 08:00")
    assert [kind for kind, _, _ in told("11-28 12:00")] == ["reminder.teacher"]
    assert timetable.next_at(people.session, at("11-28 12:00")) == datetime(2026, 11, 28, 5, tzinfo=UTC)
