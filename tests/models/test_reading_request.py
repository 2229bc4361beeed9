"""Who may approve a reading beyond one's reach: a leader of that child, once, and never for herself (rulings 20)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from models.errors import Refused
from models.person import GRADE_HEAD, PRINCIPAL, Person, Role
from models.reading_request import GRANTED, REFUSED, ReadingRequest
from tests.cast import Cast, at, enter

NOW = at("11-23 10:00")


@pytest.fixture
def people(session: Session) -> Cast:
    return enter(session)


def _leader(people: Cast, role: str, grade: str | None = None) -> Person:
    person = Person.new(people.school, f"{role} {grade}", number=f"{role} {grade}")
    person.roles = [Role(name=role, grade=grade)]
    people.session.add(person)
    people.session.flush()
    return person


@pytest.mark.rule("rulings.20 rel.L8")
def test_who_approves(people: Cast) -> None:
    grade = people.school_class.grade
    may = {people.zhou: True, _leader(people, PRINCIPAL): True, _leader(people, GRADE_HEAD, grade): True,
           _leader(people, GRADE_HEAD, "九年级"): False, people.wang: False, people.mother: False}  # fmt: skip
    for person, expected in may.items():
        row = ReadingRequest.ask(people.session, people.chen, people.ming, "张小明", "转班", NOW)
        if not expected:
            with pytest.raises(Refused, match="not_yours"):
                row.answer(people.session, person, True, NOW)
            assert not row.may_read(people.chen, NOW)
            continue
        row.answer(people.session, person, True, NOW)
        assert row.may_read(people.chen, NOW + timedelta(hours=24))
        assert not row.may_read(people.chen, NOW + timedelta(hours=24, seconds=1))
        assert not row.may_read(people.wang, NOW)


@pytest.mark.rule("rulings.20")
def test_once_never_for_oneself_and_never_of_nobody(people: Cast) -> None:
    own = ReadingRequest.ask(people.session, people.zhou, people.ming, "张小明", "看看", NOW)
    with pytest.raises(Refused, match="not_yours"):
        own.answer(people.session, people.zhou, True, NOW)
    nobody = ReadingRequest.ask(people.session, people.wang, None, "无名", "看看", NOW)
    nobody.answer(people.session, people.zhou, True, NOW)
    assert (nobody.state, nobody.may_read(people.wang, NOW)) == (REFUSED, False)
    row = ReadingRequest.ask(people.session, people.wang, people.ming, "张小明", "看看", NOW)
    row.answer(people.session, people.zhou, True, NOW)
    with pytest.raises(Refused, match="reading_answered"):
        row.answer(people.session, people.zhou, False, NOW)
    assert row.state == GRANTED
    people.ming.left_at = NOW
    assert not row.may_read(people.wang, NOW)
