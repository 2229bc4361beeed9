"""The step into the next school year: what it changes, what it leaves alone, and when it may be taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from handlers.class_name import last_grades, risen
from handlers.school_year import lines, planned
from models import rollover
from models.calendar import Calendar
from models.errors import Refused
from models.person import GRADE_HEAD, HOMEROOM, SUBJECT, TEACHER, Person, Role
from models.school import SchoolClass, use_calendar
from models.student import Guardianship, Student
from models.term import Term
from tests.cast import Cast, guardian, pupil, staff


def on(day: str) -> datetime:
    return datetime.strptime(day, "%Y-%m-%d").replace(hour=9, tzinfo=ZoneInfo("Asia/Shanghai"))


SUMMER, AUTUMN = on("2027-07-10"), on("2027-09-06")


@pytest.mark.parametrize(
    ("name", "grade", "after"),
    [
        ("三(2)班", "三年级", ("四(2)班", "四年级")),
        ("九(12)班", "九年级", ("十(12)班", "十年级")),
        ("初一(3)班", "初一", ("初二(3)班", "初二")),
        ("高二(1)班", "高二", ("高三(1)班", "高三")),
        ("小(1)班", "小班", ("中(1)班", "中班")),
        ("火箭班", "三年级", ("火箭班", "四年级")),
        ("阳光", "", None),
    ],
)
def test_a_class_goes_up_a_grade(name: str, grade: str, after: tuple[str, str] | None) -> None:
    found = risen(name, grade)
    assert (found and (found.name, found.grade)) == after


@pytest.mark.parametrize(
    ("grades", "last"),
    [
        ({"一年级", "六年级"}, {"六年级"}),
        ({"一年级", "三年级"}, set()),
        ({"六年级", "七年级", "九年级"}, {"九年级"}),
        ({"六年级", "初一", "初三", "高三"}, {"六年级", "初三", "高三"}),
        ({"中班", "大班", "一年级"}, {"大班"}),
    ],
)
def test_the_oldest_leave(grades: set[str], last: set[str]) -> None:
    assert last_grades(grades) == last


@pytest.fixture
def school(people: Cast) -> Cast:
    """三(2)班 and 四(2)班, whose name it takes; 六(1)班 leaves with one child."""
    session = people.session
    for name, grade in (("四(2)班", "四年级"), ("六(1)班", "六年级")):
        session.add(SchoolClass(school_id=people.school.id, name=name, grade=grade))
    session.flush()
    oldest = named(session, "六(1)班")
    guardian(session, pupil(session, oldest, "20210101", "林志豪"), "妈妈", 0)
    staff(session, people.school, "高远", Role(name=HOMEROOM, class_id=oldest.id))
    staff(session, people.school, "郑海", Role(name=GRADE_HEAD, grade="三年级"))
    staff(session, people.school, "唐文", Role(name=GRADE_HEAD, grade="六年级"))
    return people


def named(session: Session, name: str) -> SchoolClass:
    return session.scalars(sa.select(SchoolClass).where(SchoolClass.name == name)).one()


def person(session: Session, name: str) -> Person:
    return session.scalars(sa.select(Person).where(Person.name == name)).one()


def roll(cast: Cast, now: datetime, **more: bool) -> None:
    rollover.roll(cast.session, cast.school, planned(cast.session, cast.school, now), now, **more)
    cast.session.flush()
    cast.session.expire_all()


def test_the_class_keeps_its_children_and_teachers_under_its_new_name(school: Cast) -> None:
    visit = school.held("11-20 15:00", "11-20 15:40")
    roll(school, SUMMER)
    assert (school.school_class.name, school.school_class.grade) == ("四(2)班", "四年级")
    assert named(school.session, "五(2)班").grade == "五年级"
    assert school.ming.school_class is school.school_class
    assert school.ming.in_reach_of(school.chen)
    assert Person.homeroom_of(school.session, school.school_class.id) is school.chen
    assert visit.student is school.ming


def test_the_oldest_are_closed_and_never_deleted(school: Cast) -> None:
    roll(school, SUMMER)
    closed = named(school.session, "2027届六(1)班")
    assert closed.closed_at == SUMMER
    gone = school.session.scalars(sa.select(Student).where(Student.name == "林志豪")).one()
    assert (gone.left_at, gone.school_class) == (SUMMER, closed)
    assert person(school.session, "林志豪妈妈").left_at == SUMMER
    assert person(school.session, "张小明妈妈").left_at is None


def test_grade_heads_go_up_with_their_grade_and_nobody_stops_being_a_teacher(school: Cast) -> None:
    roll(school, SUMMER)
    assert [r.grade for r in person(school.session, "郑海").roles] == ["四年级"]
    assert [(r.name, r.class_id, r.grade) for r in person(school.session, "唐文").roles] == [(TEACHER, None, None)]
    assert [(r.name, r.class_id) for r in person(school.session, "高远").roles] == [(TEACHER, None)]
    assert school.ming.in_reach_of(person(school.session, "郑海"))


def test_it_is_done_once_a_school_year(school: Cast) -> None:
    roll(school, SUMMER)
    for again in (SUMMER, AUTUMN):
        with pytest.raises(Refused, match="year_rolled"):
            roll(school, again)
    assert school.school_class.name == "四(2)班"
    roll(school, on("2028-07-10"))
    assert school.school_class.name == "五(2)班"


@pytest.mark.parametrize("day", ["2026-12-20", "2027-03-01", "2027-06-20"])
def test_nobody_goes_up_in_the_middle_of_a_year(school: Cast, day: str) -> None:
    with pytest.raises(Refused, match="year_midway"):
        planned(school.session, school.school, on(day))


@pytest.fixture
def _long_lessons(school: Cast) -> Iterator[None]:
    term = Term("春", date(2027, 2, 22), date(2027, 7, 15), date(2027, 7, 15))
    use_calendar(school.school.key, Calendar((term,)))
    yield
    use_calendar(school.school.key, Calendar())


@pytest.mark.usefixtures("_long_lessons")
def test_nobody_goes_up_while_lessons_go_on(school: Cast) -> None:
    with pytest.raises(Refused, match="year_lessons"):
        planned(school.session, school.school, SUMMER)
    assert planned(school.session, school.school, on("2027-07-16")).year == 2027


def test_open_visits_of_leavers_are_named_and_stay_unless_they_are_called_off(school: Cast) -> None:
    leaver = school.session.scalars(sa.select(Student).where(Student.name == "林志豪")).one()
    visit = school.visit("11-28 15:00", student=leaver, teacher=person(school.session, "高远"))
    report = "\n".join(lines(planned(school.session, school.school, SUMMER), ("三(2)班",)))
    assert "未完成的家访：林志豪（六(1)班）" in report
    assert "试点班级（三(2)班）" in report
    roll(school, SUMMER)
    assert visit.state == "proposed"


def test_they_are_called_off_when_the_office_says_so(school: Cast) -> None:
    leaver = school.session.scalars(sa.select(Student).where(Student.name == "林志豪")).one()
    teacher = person(school.session, "高远")
    visits = [school.visit("11-28 15:00", student=leaver, teacher=teacher), school.confirmed("11-28 17:00")]
    roll(school, SUMMER, cancel=True)
    assert [visit.state for visit in visits] == ["cancelled", "confirmed"]


def test_a_household_visit_goes_on_for_the_one_who_stays(school: Cast) -> None:
    leaver = school.session.scalars(sa.select(Student).where(Student.name == "林志豪")).one()
    tie = next(tie for tie in school.ming.guardianships if not tie.muted)
    school.session.add(Guardianship(student_id=leaver.id, person_id=tie.person_id, relation=tie.relation, rank=9))
    teacher = person(school.session, "高远")
    teacher.roles.append(Role(name=SUBJECT, class_id=school.ming.class_id))
    school.session.flush()
    school.session.expire_all()
    visit = school.visit("11-28 15:00", student=leaver, teacher=teacher, siblings=(school.ming,))
    roll(school, SUMMER, cancel=True)
    assert visit.state == "proposed"
