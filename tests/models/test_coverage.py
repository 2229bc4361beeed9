"""What is owed (P1–P4, P6): figures from the database against a plain recount of the same histories."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import home_refusal
from models.coverage import Figures, Period, figures, standings
from models.person import HOMEROOM, SUBJECT, Person, Role
from models.school import SchoolClass
from models.share import share
from models.student import Student
from models.visit import Visit
from models.visit_life import FORMS
from tests.cast import Cast, at, enter, guardian, pupil, staff
from tests.statements import heard

NOW = at("11-23 08:05")
STATES = (
    "proposed",
    "confirmed",
    "under_way",
    "held",
    "recorded",
    "closed",
    "declined",
    "cancelled",
    "lapsed",
    "missed",
)
HELD = ("held", "recorded", "closed")


def visit(
    cast: Cast, student: Student, starts: datetime, state: str = "held", form: str = "at_home", **more: Any
) -> Visit:
    """A row as life would have left it."""
    row = Visit(school_id=cast.school.id, student_id=student.id, teacher_id=more.pop("teacher", cast.chen).id)
    row.state, row.form, row.starts_at, row.ends_at = state, form, starts, starts + timedelta(minutes=40)
    row.held_at = row.ends_at if state in HELD else None
    cast.session.add(row)
    cast.session.flush()
    return row


def of_class(cast: Cast) -> Figures:
    found = standings(cast.session, cast.school, Period.of(cast.school, NOW), Student.class_id == cast.school_class.id)
    return figures(found)


def state_of(cast: Cast, student: Student) -> str:
    found = standings(cast.session, cast.school, Period.of(cast.school, NOW), Student.id == student.id)
    return found[0].state


@pytest.fixture
def cast(session: Session) -> Cast:
    return enter(session)


@pytest.mark.rule("P1")
@pytest.mark.parametrize(
    ("starts", "state", "form", "expected"),
    [
        ("09-01 00:00", "held", "at_home", "visited"),
        ("11-20 15:00", "recorded", "phone", "visited"),
        ("11-20 15:00", "closed", "at_school", "visited"),
        ("11-20 15:00", "held", "letter", "nothing"),  # a letter does not count
        ("11-20 15:00", "recorded", "letter", "nothing"),
        ("08-31 23:59", "held", "at_home", "nothing"),  # last term
        ("11-28 15:00", "proposed", "at_home", "planned"),
        ("11-28 15:00", "confirmed", "video", "planned"),
        ("11-20 15:00", "declined", "phone", "refused"),
        ("11-20 15:00", "missed", "at_home", "nothing"),
        ("11-20 15:00", "cancelled", "at_home", "nothing"),
        ("11-20 15:00", "lapsed", "at_home", "nothing"),
    ],
)
def test_a_child_is_visited_when_a_visit_of_this_term_took_place(
    cast: Cast, starts: str, state: str, form: str, expected: str
) -> None:
    visit(cast, cast.ming, at(starts), state, form)
    assert state_of(cast, cast.ming) == expected


@pytest.mark.rule("P1")
def test_a_family_that_no_message_reaches_is_counted_by_itself(cast: Cast) -> None:
    alone = pupil(cast.session, cast.school_class, "20230298", "李雷")
    assert (state_of(cast, alone), state_of(cast, cast.ming)) == ("unreachable", "nothing")
    assert of_class(cast) == Figures(pupils=2, unreachable=1)


@pytest.mark.rule("P2")
def test_at_home_counts_for_this_and_the_last_school_year(cast: Cast) -> None:
    visit(cast, cast.ming, at("09-01 08:00").replace(year=2025))
    assert of_class(cast).at_home_lately == 1
    cast.session.execute(sa.update(Visit).values(starts_at=at("08-31 08:00").replace(year=2025)))
    assert of_class(cast).at_home_lately == 0


@pytest.mark.rule("P3")
@pytest.mark.parametrize(("form", "contacted"), [("phone", 1), ("video", 1), ("at_home", 0), ("at_school", 0)])
def test_the_homeroom_teacher_reaches_families_by_telephone_or_online(cast: Cast, form: str, contacted: int) -> None:
    visit(cast, cast.ming, at("11-20 15:00"), form=form, teacher=cast.wang)
    assert of_class(cast).contacted == 0
    visit(cast, cast.ming, at("11-21 15:00"), form=form)
    assert of_class(cast).contacted == contacted


@pytest.mark.rule("P4")
def test_a_key_student_is_visited_twice_once_of_it_at_home(cast: Cast) -> None:
    cast.ming.categories = ["单亲"]
    visit(cast, cast.ming, at("10-20 15:00"), form="phone")
    visit(cast, cast.ming, at("10-21 15:00"), form="video")
    assert (of_class(cast).key_pupils, of_class(cast).key_done) == (1, 0)
    visit(cast, cast.ming, at("10-22 15:00"))
    assert of_class(cast).key_done == 1


@pytest.mark.rule("rulings.6")
def test_after_a_no_to_a_visit_at_home_the_other_forms_fulfil_it(cast: Cast) -> None:
    cast.ming.categories = ["单亲"]
    refused = cast.visit("11-28 15:00", "11-20 08:00")
    home_refusal.noticed(cast.session, refused, "decline", cast.by_mother, at("11-20 09:00"))
    refused.state = "declined"
    visit(cast, cast.ming, at("11-21 15:00"), form="phone")
    visit(cast, cast.ming, at("11-22 15:00"), form="phone")
    assert of_class(cast).key_done == 1


@pytest.mark.rule("P6")
def test_a_subject_teachers_share_counts_children_and_going_along(cast: Cast) -> None:
    from models.companion import NO, YES, Companion

    others = [pupil(cast.session, cast.school_class, f"2023030{n}", f"李雷{n}") for n in range(5)]
    period = Period.of(cast.school, NOW)
    for when in ("10-20 15:00", "10-21 15:00"):
        visit(cast, cast.ming, at(when), teacher=cast.wang)
    assert vars(share(cast.session, period, cast.wang)) == {"pupils": 6, "visited": 1, "wanted": 2}
    for child, answer in zip(others, (YES, NO), strict=False):
        joined = visit(cast, child, at("10-22 15:00"))
        joined.companions = [Companion(person=cast.wang, answer=answer, asked_at=NOW)]
    cast.session.flush()
    assert share(cast.session, period, cast.wang).visited == 2
    assert share(cast.session, period, cast.chen) is None


@pytest.mark.rule("P1")
def test_of_siblings_each_child_is_visited(cast: Cast) -> None:
    sister = pupil(cast.session, cast.school_class, "20230299", "张小雅")
    both = visit(cast, cast.ming, at("11-20 15:00"), teacher=cast.wang)
    both.siblings, both.household = [sister], True
    cast.session.flush()
    assert of_class(cast).visited == 2
    assert share(cast.session, Period.of(cast.school, NOW), cast.wang).visited == 2


@dataclass
class Town:
    """A random school with a random past."""

    cast: Cast
    draw: random.Random
    homeroom: dict[int, int]  #: class -> teacher


def grow(session: Session, seed: int) -> Town:
    draw, cast = random.Random(seed), enter(session)
    town = Town(cast, draw, {cast.school_class.id: cast.chen.id})
    rooms = [cast.school_class]
    for n in range(2):
        room = SchoolClass(school_id=cast.school.id, name=f"四({n + 1})班", grade="四年级")
        session.add(room)
        session.flush()
        town.homeroom[room.id] = staff(session, cast.school, f"班{n}", Role(name=HOMEROOM, class_id=room.id)).id
        rooms.append(room)
    other = staff(session, cast.school, "科任", *(Role(name=SUBJECT, class_id=r.id) for r in rooms))
    teachers = [cast.wang, cast.chen, other, *(session.get_one(Person, i) for i in town.homeroom.values())]
    pupils = [cast.ming] + [pupil(session, draw.choice(rooms), f"9{n:03}", f"生{n}") for n in range(12)]
    for child in pupils[1:]:
        child.is_key = draw.random() < 0.3
        child.left_at = NOW if draw.random() < 0.1 else None
        if draw.random() < 0.7:
            guardian(session, child, "妈妈", 0)
    for _ in range(40):
        day = at("11-23 08:00") + timedelta(days=draw.randrange(-900, 60), minutes=5 * draw.randrange(100))
        first, other = draw.sample(pupils, 2)
        row = visit(cast, first, day, draw.choice(STATES), draw.choice(FORMS), teacher=draw.choice(teachers))
        row.siblings = [other] if draw.random() < 0.2 else []
        row.household = bool(row.siblings)
    session.flush()
    return town


def recount(town: Town, room_id: int) -> Figures:
    """The same figures in plain Python, row by row."""
    session, begin, years = town.cast.session, at("09-01 00:00"), at("09-01 00:00").replace(year=2025)
    end = at("02-01 00:00").replace(year=2027)
    pupils = session.scalars(sa.select(Student).where(Student.class_id == room_id, Student.left_at.is_(None)))
    told = dict.fromkeys((*Figures.__dataclass_fields__, "nothing"), 0)
    for child in pupils:
        past = [v for v in session.scalars(sa.select(Visit)) if v.form != "letter" and child in v.students]
        term = [v for v in past if begin <= v.starts_at < end]
        held = [v for v in term if v.state in HELD]
        told["pupils"] += 1
        told[_stands(child, term, held)] += 1
        told["at_home_lately"] += any(
            v.state in HELD and v.form == "at_home" and years <= v.starts_at < end for v in past
        )
        told["contacted"] += any(v.form in ("phone", "video") and v.teacher_id == town.homeroom[room_id] for v in held)
        told["key_pupils"] += child.is_key
        told["key_done"] += child.is_key and len(held) >= 2 and any(v.form == "at_home" for v in held)
    told.pop("nothing")
    return Figures(**told)


def _stands(child: Student, term: list[Visit], held: list[Visit]) -> str:
    if held:
        return "visited"
    if any(v.state in ("proposed", "confirmed", "under_way") for v in term):
        return "planned"
    if any(v.state == "declined" for v in term):
        return "refused"
    return "nothing" if child.guardianships else "unreachable"


@pytest.mark.rule("P1")
@pytest.mark.parametrize("seed", range(5))
def test_the_figures_are_those_of_a_plain_recount(session: Session, seed: int) -> None:
    town = grow(session, seed)
    school = town.cast.school
    found = standings(session, school, Period.of(school, NOW))
    for room_id in town.homeroom:
        counted = figures([s for s in found if s.class_id == room_id])
        assert counted == recount(town, room_id)


def test_a_whole_school_is_asked_of_the_database_in_as_many_statements_as_one_class(cast: Cast) -> None:
    for n in range(30):
        guardian(cast.session, pupil(cast.session, cast.school_class, f"8{n:03}", f"生{n}"), "爸爸", 0)
    with heard(cast.session.get_bind()) as asked:
        standings(cast.session, cast.school, Period.of(cast.school, NOW))
    assert len(asked) == 4
