"""An import adds, changes and leaves alone (rulings 40)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import roster as rosters
from models.errors import Refused
from models.history import History
from models.person import Person
from models.roster import Fault, GuardianLine, Place
from models.school import School, SchoolClass
from models.student import Student

from .conftest import LEI, MING, SMALL, Import, student, with_students


def test_a_first_import_brings_everybody(session: Session, imported: Import) -> None:
    report = imported(SMALL)
    assert [c.name for c in report.added] == ["张小明", "李雷", "张小雅", "陈静", "王敏"]
    assert (report.guardians, report.classes) == (3, ["三(2)班", "五(1)班"])
    ming = student(session, "1")
    assert (ming.address, ming.categories, ming.is_key) == ("杏花路18号", ["留守"], True)
    assert [(g.relation, g.person.phone) for g in ming.guardianships] == [
        ("妈妈", "19900000001"),
        ("爸爸", "19900000002"),
    ]


def test_a_plan_changes_nothing(session: Session, school: School, now: datetime) -> None:
    report = rosters.plan(session, school, SMALL, now)
    assert len(report.added) == 5
    assert not session.new
    assert not session.dirty
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0


def test_the_same_file_again_changes_nothing(session: Session, school: School, imported: Import) -> None:
    imported(SMALL)
    deeds = session.scalar(sa.select(sa.func.count()).select_from(History))
    report = imported(SMALL)
    assert (report.changes, report.same) == (0, 5)
    assert school.roster_version == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(History)) == deeds


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "张晓明"),
        ("gender", "男"),
        ("birthday", date(2017, 9, 1)),
        ("boarding", True),
        ("remote", True),
        ("address", "柳荫街1号"),
        ("health", "哮喘"),
        ("categories", ("单亲", "留守")),
        ("categories", ()),
    ],
)
def test_a_changed_field_is_written_and_told(session: Session, imported: Import, field: str, value: object) -> None:
    imported(SMALL)
    report = imported(with_students(replace(MING, **{field: value}), LEI))
    assert [(c.number, c.what) for c in report.changed] == [("1", (field,))]
    kept = getattr(student(session, "1"), field)
    assert kept == (list(value) if isinstance(value, tuple) else value)


def test_what_the_file_does_not_say_stays(session: Session, imported: Import) -> None:
    imported(SMALL)
    silent = replace(MING, address=None, categories=None, guardians=())
    assert imported(with_students(silent, LEI)).changes == 0
    assert student(session, "1").address == "杏花路18号"


def test_a_student_moves_to_another_class(session: Session, imported: Import) -> None:
    imported(SMALL)
    report = imported(with_students(replace(MING, class_name="三(3)班"), LEI))
    assert [c.what for c in report.changed] == [("class",)]
    assert student(session, "1").school_class.name == "三(3)班"
    assert student(session, "1").left_at is None


def test_a_change_is_written_into_history_under_the_childs_seal(session: Session, imported: Import) -> None:
    imported(SMALL)
    imported(with_students(replace(MING, address="柳荫街1号"), LEI))
    row = session.scalars(sa.select(History).where(History.verb == "roster_change")).one()
    assert row.change(student(session, "1")) == {"before": {"address": "杏花路18号"}, "after": {"address": "柳荫街1号"}}


def test_each_import_that_changes_something_is_one_deed_and_a_new_version(
    session: Session, school: School, imported: Import
) -> None:
    imported(SMALL)
    imported(with_students(replace(MING, name="张晓明"), LEI))
    deeds = session.scalars(sa.select(History).where(History.verb == "roster_import")).all()
    assert (len(deeds), school.roster_version) == (2, 2)


def test_a_number_never_passes_to_another_child(session: Session, imported: Import) -> None:
    imported(SMALL)
    stranger = replace(MING, name="孙悦", guardians=(GuardianLine("沈洁", "妈妈", "19900000099"),))
    report = imported(with_students(stranger, LEI))
    assert [f.code for f in report.errors] == ["other_child"]
    assert student(session, "1").name == "张小明"
    assert student(session, "1").left_at is None


def test_rows_with_errors_want_a_yes(imported: Import) -> None:
    faulty = replace(SMALL, faults=(Fault(Place("学生", 9), "no_class"),))
    with pytest.raises(Refused, match="roster_unconfirmed"):
        imported(faulty, confirmed=False)
    assert imported(faulty, confirmed=True).added


def test_remarks_want_none(imported: Import) -> None:
    assert imported(
        replace(SMALL, faults=(Fault(Place("学生", 9), "no_guardian", error=False),)), confirmed=False
    ).added


def test_a_refused_import_leaves_nothing_behind(session: Session, imported: Import) -> None:
    with pytest.raises(Refused):
        imported(replace(SMALL, faults=(Fault(Place("学生", 9), "no_class"),)), confirmed=False)
    assert session.scalar(sa.select(sa.func.count()).select_from(Student)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(SchoolClass)) == 0


def test_two_schools_do_not_share_anybody(session: Session, imported: Import, now: datetime) -> None:
    imported(SMALL)
    other = School(key="other", name="另一小学", account="demo")
    session.add(other)
    session.flush()
    assert len(rosters.apply(session, other, SMALL, now).added) == 5
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 10
