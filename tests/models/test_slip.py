"""Who gets a slip with a code, and who must not (rulings 4, 16)."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from bot.sandbox.cast import bind_everybody, find_person
from models import code
from models.identity import Identity
from models.person import Person
from models.school import School
from models.slip import Slip, issue_slips


@pytest.fixture
def slips(session: Session, demo: School, now: datetime) -> dict[str, Slip]:
    """The slips of 三(2)班 by the person's name."""
    return {slip.person.name: slip for slip in issue_slips(session, demo, now, "三(2)班")}


def test_guardians_and_teachers_of_the_class_get_one(slips: dict[str, Slip]) -> None:
    assert {"王秀兰", "张志强", "刘德厚", "陈静", "王敏"} <= set(slips)
    assert not {"李桂芳", "黄丽娟", "孙丽华"} & set(slips)


def test_a_slip_names_all_children(slips: dict[str, Slip]) -> None:
    assert slips["王秀兰"].children == (("张小明", "妈妈"), ("张小雅", "妈妈"))
    assert slips["王秀兰"].class_name == "三(2)班"


def test_who_is_to_be_told_nothing_gets_no_code(slips: dict[str, Slip]) -> None:
    assert "林婉清" in slips
    assert "陈家栋" not in slips


def test_the_code_on_the_slip_is_the_persons(session: Session, slips: dict[str, Slip], now: datetime) -> None:
    sender = Identity.reached(session, "demo", "o-somebody")
    found = code.redeem(session, sender, slips["张志强"].code, now)
    assert isinstance(found, Person)
    assert found.name == "张志强"


def test_who_is_bound_needs_none(session: Session, demo: School, now: datetime) -> None:
    bind_everybody(session, demo, "demo", now)
    assert issue_slips(session, demo, now) == []


def test_the_whole_school_gets_its_slips(session: Session, demo: School, now: datetime) -> None:
    slips = issue_slips(session, demo, now)
    people = [slip.person.id for slip in slips]
    assert len(people) == len(set(people)) > 400
    assert find_person(session, demo, "孙丽华").id in people
