"""Once a week, to each teacher who still owes visits, and never in the holidays (P12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from jobs import coverage
from jobs.agenda import next_at, plan
from models import school as schools
from models.calendar import Calendar, Span
from models.coverage import Period
from models.notification import Notification
from models.person import HOMEROOM, SUBJECT, Role
from models.school import School, SchoolClass
from models.term import Term
from models.whom_next import owed_by, who_owes
from tests import cast
from tests.cast import Cast, at

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def people(session: Session) -> Cast:
    return cast.enter(session)


def told(people: Cast, now: datetime) -> list[tuple[str, str]]:
    before = people.session.query(Notification).count()
    plan(coverage.agenda, people.session, now)
    rows = people.session.query(Notification).order_by(Notification.id).all()[before:]
    return sorted((people.who(r.person_id), r.slot) for r in rows)


@pytest.mark.rule("P12")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("11-23 07:39", []),
        ("11-23 07:40", [("chen", "2026-W48"), ("wang", "2026-W48")]),
        ("11-23 11:59", [("chen", "2026-W48"), ("wang", "2026-W48")]),
        ("11-23 12:00", []),  # too late for this week
        ("11-24 07:40", []),
    ],
)
def test_on_monday_morning_who_owes_visits_is_told_once(
    people: Cast, now: str, expected: list[tuple[str, str]]
) -> None:
    assert told(people, at(now)) == expected
    assert told(people, at(now)) == []


def test_many_teachers_are_told_in_several_minutes(people: Cast) -> None:
    for n in range(30):
        cast.staff(people.session, people.school, f"老师{n}", cast.mentor(people.school_class))
    plan(coverage.agenda, people.session, at("11-23 07:40"))
    minutes = [row.due_at - at("11-23 07:40") for row in people.session.query(Notification)]
    assert (len(minutes), max(minutes)) == (32, timedelta(minutes=1))


@pytest.mark.rule("P12")
def test_who_owes_nothing_is_not_told(people: Cast) -> None:
    people.held("11-20 15:00", "11-20 15:40")
    assert told(people, at("11-23 07:40")) == []


@pytest.mark.rule("P12")
@pytest.mark.parametrize(
    ("moment", "coming"),
    [
        ("2026-09-28 07:40", "2026-10-12 07:40"),  # the national holiday's Monday is free
        ("2027-01-18 07:40", "2027-02-22 07:40"),
        ("2026-07-01 12:00", "2026-09-07 07:40"),  # 08-31 is a Monday of the holidays
    ],
)
def test_in_the_holidays_nobody_is_urged(people: Cast, moment: str, coming: str) -> None:
    now, then = (datetime.fromisoformat(text).replace(tzinfo=cast.ZONE) for text in (moment, coming))
    assert next_at(coverage.agenda, people.session, now) == then


def test_a_school_keeps_to_the_calendar_that_it_has_told(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    term = Term("autumn", date(2026, 9, 1), date(2027, 1, 31), lessons_until=date(2026, 12, 20))
    own = Calendar(terms=(term,), holidays=(Span("sports", date(2026, 11, 30), date(2026, 12, 1)),))
    monkeypatch.setitem(schools._calendars, "test", own)
    days = [date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 21)]
    assert [coverage.in_lessons(people.school, day) for day in days] == [True, False, True, False]


@pytest.mark.rule("P6")
def test_all_who_owe_are_found_at_once_as_one_by_one(people: Cast) -> None:
    session, school = people.session, people.school
    room = SchoolClass(school_id=school.id, name="四(1)班", grade="四年级")
    session.add(room)
    session.flush()
    cast.staff(session, school, "吴晓燕", Role(name=HOMEROOM, class_id=room.id))
    cast.staff(session, school, "韩峰", *(Role(name=SUBJECT, class_id=c) for c in (room.id, people.school_class.id)))
    cast.staff(session, school, "方文博")
    cast.pupil(session, room, "20220101", "赵小红")
    people.held("11-20 15:00", "11-20 15:40")
    period = Period.of(school, at("11-23 08:05"))
    expected = [p.id for p in _staff(session, school) if _owes(session, p, period)]
    assert who_owes(session, school, period) == expected
    assert len(expected) == 2


def _staff(session: Session, school: School) -> list[cast.Person]:
    return [p for p in session.query(cast.Person).order_by(cast.Person.id) if p.teaches]


def _owes(session: Session, person: cast.Person, period: Period) -> bool:
    found = owed_by(session, person, period, at("11-23 08:05"))
    return bool(found.share.owed if found.share else found.children)
