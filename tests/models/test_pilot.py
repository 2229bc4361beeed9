"""A school tries it out with some classes: the others' families are not written to, their teachers telephone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from handlers.announce import Silence, compose
from models import audience, telling
from models.calls import calls_of
from models.notification import Notification
from models.school import use_pilot
from tests import cast
from tests.cast import Cast, at


@pytest.fixture
def people(session: Session) -> Iterator[Cast]:
    yield cast.enter(session, "trying")
    use_pilot("trying", ())


def told(people: Cast) -> list[str]:
    return [people.who(p.id) for p in audience.announced_to(people.session, people.ming)]


@pytest.mark.rule("rulings.4")
@pytest.mark.parametrize(
    ("classes", "expected"),
    [((), ["mother", "father"]), (("三(2)班",), ["mother", "father"]), (("三(1)班",), []), (("三(1)班", "三(2)班"), ["mother", "father"])],
)  # fmt: skip
def test_only_families_of_the_pilot_classes_are_written_to(people: Cast, classes, expected):
    use_pilot("trying", classes)
    assert told(people) == expected
    assert len(audience.families(people.session, [people.ming.id]).get(people.ming.id, [])) == len(expected)


def test_another_schools_pilot_is_no_matter(people: Cast):
    use_pilot("elsewhere", ("三(1)班",))
    try:
        assert told(people) == ["mother", "father"]
    finally:
        use_pilot("elsewhere", ())


@pytest.mark.rule("B13")
def test_the_teacher_of_another_class_has_the_family_on_her_list(people: Cast):
    people.visit("12-05 15:00", "11-23 09:00")
    assert calls_of(people.session, people.wang, at("11-23 10:00")) == []
    use_pilot("trying", ("三(1)班",))
    assert [c.why for c in calls_of(people.session, people.wang, at("11-23 10:00"))] == ["ask"]


@pytest.mark.rule("rel.I12")
def test_what_was_owed_before_the_pilot_is_not_sent(people: Cast):
    visit = people.visit("12-05 15:00", "11-23 09:00")
    telling.tell(people.session, visit, "visit.offer", [people.mother], at("11-23 09:00"))
    row = people.session.query(Notification).filter_by(kind="visit.offer").one()
    use_pilot("trying", ("三(1)班",))
    assert compose(people.session, row, None, at("11-23 09:01")) == Silence("not_in_pilot")
