"""The demo school, on which plays and the sandbox stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.sandbox.cast import bind_everybody, find_person
from bot.sandbox.demo import demo_roster, load_demo
from models import sealed
from models.base import make_engine
from models.consent import Consent
from models.identity import Binding, Identity
from models.person import Person
from models.school import School
from models.student import Student
from models.tables import METADATA

NOW = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    sealed.use_master_key(b"a key for tests".ljust(32, b"."))
    engine = make_engine("sqlite://")
    METADATA.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def demo(session: Session) -> School:
    school = load_demo(session, NOW)
    bind_everybody(session, school, "demo", NOW)
    session.commit()
    return school


def test_it_has_six_classes_of_forty() -> None:
    classes = Counter(line.class_name for line in demo_roster().students)
    assert set(classes.values()) == {40}
    assert sorted(classes) == ["三(1)班", "三(2)班", "五(1)班", "五(2)班", "四(1)班", "四(2)班"]


def test_only_one_name_is_borne_by_two_students() -> None:
    names = Counter(line.name for line in demo_roster().students)
    assert {name for name, n in names.items() if n > 1} == {"张伟"}


def test_loading_it_again_changes_nothing(session: Session, demo: School) -> None:
    version = demo.roster_version
    assert load_demo(session, NOW).roster_version == version == 1


def test_everybody_is_bound_and_every_guardian_consents(session: Session, demo: School) -> None:
    count = lambda row: session.scalar(sa.select(sa.func.count()).select_from(row))  # noqa: E731
    assert count(Person) == count(Identity) == count(Binding) > 400
    bonds = sum(len(line.guardians) for line in demo_roster().students)
    assert count(Consent) == 2 * bonds


def test_binding_everybody_again_adds_nobody(session: Session, demo: School) -> None:
    before = session.scalar(sa.select(sa.func.count()).select_from(Binding))
    bind_everybody(session, demo, "demo", NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(Binding)) == before


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        ("王敏", "王敏"),
        ("张小明妈妈", "王秀兰"),
        ("张小雅妈妈", "王秀兰"),
        ("张小明家长", "王秀兰"),
        ("张小明爸爸", "张志强"),
        ("张伟@三(1)班妈妈", "李桂芳"),
        ("张伟@三（2）班妈妈", "何玉梅"),
        ("刘洋爷爷", "刘德厚"),
        ("古丽娜尔·买买提妈妈", "阿依古丽·艾山"),
    ],
)
def test_a_play_finds_its_people(session: Session, demo: School, ref: str, name: str) -> None:
    assert find_person(session, demo, ref).name == name


def test_a_teacher_comes_before_a_guardian_of_the_same_name(session: Session, demo: School) -> None:
    with session.begin_nested() as nested:
        session.add(Person.new(demo, "王敏"))
        session.flush()
        assert find_person(session, demo, "王敏").on_staff
        nested.rollback()


@pytest.mark.parametrize(
    ("ref", "hint"), [("张伟妈妈", "张伟@三\\(1\\)班妈妈、张伟@三\\(2\\)班妈妈"), ("张小明舅舅", "nobody")]
)
def test_a_doubtful_name_lists_who_it_could_be(session: Session, demo: School, ref: str, hint: str) -> None:
    with pytest.raises(LookupError, match=hint):
        find_person(session, demo, ref)


@pytest.mark.parametrize(
    ("teacher", "reach"), [("王敏", 80), ("方文博", 0), ("郑海燕", 80), ("孙丽华", 240), ("丁大勇", 0), ("刘倩", 240)]
)
def test_each_reaches_whom_the_duties_say(session: Session, demo: School, teacher: str, reach: int) -> None:
    assert len(Student.in_reach(session, find_person(session, demo, teacher))) == reach
