"""The facts of a student are for who teaches or leads it, and every reading is written down (R5, rulings 20)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.history import ReadLog
from models.person import SUBJECT, Role
from models.school import SchoolClass
from tests.cast import Cast, staff
from tests.handlers.talk import Talk

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def read(people: Cast) -> list[tuple[int | None, str]]:
    rows = people.session.execute(sa.select(ReadLog.person_id, ReadLog.group).order_by(ReadLog.id))
    return [(row.person_id, row.group) for row in rows]


@pytest.mark.rule("rel.I22")
@pytest.mark.parametrize(("text", "group"), [("张小明的情况", "facts"), ("张小明家访经过", "story")])
def test_every_reading_is_written_down(people: Cast, talk: Talk, text: str, group: str) -> None:
    people.ming.address = "杏花路18号"
    people.visit("11-28 15:00")
    assert "张小明" in talk.says(people.wang, text)
    assert read(people) == [(people.wang.id, group)]


@pytest.mark.rule("rulings.20")
@pytest.mark.parametrize("text", ["张小明的情况", "张小明家访经过"])
def test_who_teaches_another_class_reads_nothing(people: Cast, talk: Talk, text: str) -> None:
    people.ming.address = "杏花路18号"
    people.visit("11-28 15:00")
    other = SchoolClass(school_id=people.school.id, name="四(1)班", grade="四年级")
    people.session.add(other)
    people.session.flush()
    stranger = staff(people.session, people.school, "徐建平", Role(name=SUBJECT, class_id=other.id))
    said = talk.says(stranger, text)
    assert "杏花路" not in said
    assert "王敏" not in said
    assert read(people) == []
