"""Who is one person: guardians merge on telephone and name within the school (rulings 31)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.consent import VISITS, Consent
from models.person import Person
from models.roster import GuardianLine, StudentLine
from models.student import Student

from .conftest import FATHER, LEI, MING, MOTHER, SMALL, YA, Import, student, with_students

THEN = datetime(2026, 9, 1, tzinfo=UTC)


def families(session: Session) -> dict[str, list[str]]:
    """Student -> guardians, each with the number of children."""
    return {
        s.name: [f"{g.relation} {g.person.name} {g.person.phone or '-'}" for g in s.guardianships]
        for s in session.scalars(sa.select(Student).order_by(Student.id))
    }


def test_siblings_share_their_parents(session: Session, imported: Import) -> None:
    imported(SMALL)
    ming, ya = student(session, "1"), student(session, "3")
    assert [g.person_id for g in ming.guardianships] == [g.person_id for g in ya.guardianships]


@pytest.mark.parametrize(
    ("other", "people"),
    [
        (GuardianLine("王秀兰", "妈妈", "19900000009"), 2),
        (GuardianLine("李桂芳", "妈妈", "19900000001"), 2),
        (GuardianLine("王秀兰", "妈妈", None), 2),
        (GuardianLine("王秀兰", "阿姨", "19900000001"), 1),
    ],
    ids=["same name", "same telephone", "same name without telephone", "both"],
)
def test_one_person_is_one_name_and_one_telephone(
    session: Session, imported: Import, other: GuardianLine, people: int
) -> None:
    imported(with_students(replace(MING, guardians=(MOTHER,)), replace(LEI, guardians=(other,))))
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == people


@pytest.mark.parametrize(
    "corrected",
    [
        GuardianLine("王秀兰", "妈妈", "19900000077"),
        GuardianLine("王秀岚", "妈妈", "19900000001"),
    ],
    ids=["telephone", "name"],
)
def test_a_correction_keeps_the_person(session: Session, imported: Import, corrected: GuardianLine) -> None:
    imported(SMALL)
    mother = student(session, "1").guardianships[0].person_id
    family = (corrected, FATHER)
    report = imported(with_students(replace(MING, guardians=family), LEI, replace(YA, guardians=family)))
    assert report.guardians == 0
    row = student(session, "1").guardianships[0]
    assert (row.person_id, row.person.name, row.person.phone) == (mother, corrected.name, corrected.phone)
    assert student(session, "3").guardianships[0].person_id == mother


def test_a_line_without_telephone_keeps_the_one_that_is_known(session: Session, imported: Import) -> None:
    imported(SMALL)
    silent = replace(MING, guardians=(GuardianLine("王秀兰", "妈妈"), FATHER))
    assert imported(with_students(silent, LEI)).changes == 0
    assert families(session)["张小明"][0] == "妈妈 王秀兰 19900000001"


def test_the_order_of_the_file_names_the_main_contact(session: Session, imported: Import) -> None:
    imported(SMALL)
    report = imported(with_students(replace(MING, guardians=(FATHER, MOTHER)), LEI))
    assert [c.what for c in report.changed] == [("guardians",)]
    assert [g.relation for g in student(session, "1").guardianships] == ["爸爸", "妈妈"]


def test_who_is_to_be_told_nothing_is_marked_and_unmarked_by_the_column_only(
    session: Session, imported: Import
) -> None:
    muted = []
    for relation, mark in (("爸爸", True), ("继父", None), ("继父", False)):
        father = replace(FATHER, relation=relation, muted=mark)
        imported(with_students(replace(MING, guardians=(MOTHER, father)), LEI))
        muted.append(student(session, "1").guardianships[1].muted)
    assert muted == [True, True, False]


def test_a_guardian_who_is_no_longer_named_loses_child_and_consent(session: Session, imported: Import) -> None:
    imported(with_students(MING, LEI))
    ming = student(session, "1")
    father = ming.guardianships[1].person
    row = Consent(school_id=ming.school_id, person_id=father.id, student_id=ming.id, purpose=VISITS)
    row.text_version, row.given_at = "1", THEN
    session.add(row)
    imported(with_students(replace(MING, guardians=(MOTHER,)), LEI))
    assert families(session)["张小明"] == ["妈妈 王秀兰 19900000001"]
    assert father.left_at is not None
    assert not Consent.live(session, father.id, ming.id)


def test_a_parent_stays_as_long_as_one_child_does(session: Session, imported: Import, now: datetime) -> None:
    imported(SMALL)
    imported(with_students(LEI))
    mother = student(session, "3").guardianships[0].person
    assert (student(session, "1").left_at, mother.left_at) == (now, None)


def test_a_teacher_who_is_a_parent_stays_two_persons(session: Session, imported: Import) -> None:
    imported(SMALL)
    teacher_at_home = GuardianLine("陈静", "妈妈", "19900090001")
    imported(replace(SMALL, students=(MING, LEI, StudentLine("4", "陈晨", "三(2)班", (teacher_at_home,)))))
    assert session.scalar(sa.select(sa.func.count()).select_from(Person).where(Person.name == "陈静")) == 2


def test_a_new_telephone_for_one_child_only_is_another_person(session: Session, imported: Import) -> None:
    imported(SMALL)
    other = GuardianLine("王秀兰", "妈妈", "19900000077")
    imported(with_students(replace(MING, guardians=(other, FATHER)), LEI, YA))
    assert families(session)["张小雅"][0] == "妈妈 王秀兰 19900000001"
    assert families(session)["张小明"][0] == "妈妈 王秀兰 19900000077"


def test_a_telephone_that_comes_later_is_added_to_the_person(session: Session, imported: Import) -> None:
    without = GuardianLine("王秀兰", "妈妈")
    ming, lei = replace(MING, guardians=(without,)), replace(LEI, guardians=(without,))
    imported(with_students(ming, lei))
    mother = student(session, "1").guardianships[0].person_id
    imported(with_students(replace(ming, guardians=(MOTHER,)), lei))
    assert student(session, "1").guardianships[0].person_id == mother
    assert families(session)["张小明"] == ["妈妈 王秀兰 19900000001"]
