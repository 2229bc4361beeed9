"""Binding codes, and what happens to those who guess (rulings 16)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import code
from models.errors import Refused
from models.identity import Identity
from models.person import Person
from models.school import School


@pytest.fixture
def person(session: Session, school: School) -> Person:
    person = Person.new(school, "王秀兰")
    session.add(person)
    session.flush()
    return person


@pytest.fixture
def sender(session: Session) -> Identity:
    return Identity.reached(session, "demo", "o-somebody")


def answers(session: Session, sender: Identity, typed: str, now: datetime) -> str:
    result = code.redeem(session, sender, typed, now)
    return result.code if isinstance(result, Refused) else result.name


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{wide}", "{dashed}"])
def test_a_code_is_known_however_it_is_typed(
    session: Session, person: Person, sender: Identity, now: datetime, typed: str
) -> None:
    issued = code.issue(session, person, now)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in issued)
    text = typed.format(issued, lower=issued.lower(), wide=wide, dashed=f"{issued[:3]}-{issued[3:]}")
    assert answers(session, sender, text, now) == "王秀兰"


def test_a_code_has_six_characters_without_look_alikes(session: Session, demo: School, now: datetime) -> None:
    codes = code.issue_all(session, session.scalars(sa.select(Person)).all(), now)
    assert len(set(codes)) == len(codes) > 400
    assert all(len(c) == 6 for c in codes)
    assert not set("".join(codes)) & set("0O1IL2Z5S8B")


def test_a_code_opens_once(session: Session, person: Person, sender: Identity, now: datetime) -> None:
    issued = code.issue(session, person, now)
    assert [answers(session, sender, issued, now) for _ in range(2)] == ["王秀兰", "code_used"]


def test_a_new_code_makes_the_earlier_one_void(
    session: Session, person: Person, sender: Identity, now: datetime
) -> None:
    earlier, issued = code.issue(session, person, now), code.issue(session, person, now)
    assert [answers(session, sender, c, now) for c in (earlier, issued)] == ["code_wrong", "王秀兰"]


@pytest.mark.parametrize(("days", "answer"), [(29, "王秀兰"), (30, "code_expired"), (31, "code_expired")])
def test_a_code_lives_thirty_days(
    session: Session, person: Person, sender: Identity, now: datetime, days: int, answer: str
) -> None:
    issued = code.issue(session, person, now)
    assert answers(session, sender, issued, now + timedelta(days=days)) == answer


def test_nobody_binds_as_a_person_who_has_left(
    session: Session, person: Person, sender: Identity, now: datetime
) -> None:
    issued = code.issue(session, person, now)
    person.left_at = now
    assert answers(session, sender, issued, now) == "code_wrong"


def test_five_wrong_codes_lock_the_sender_for_an_hour(
    session: Session, person: Person, sender: Identity, now: datetime
) -> None:
    issued = code.issue(session, person, now)
    assert [answers(session, sender, "AAAAAA", now) for _ in range(5)] == ["code_wrong"] * 4 + ["code_locked"]
    assert answers(session, sender, issued, now + timedelta(minutes=59)) == "code_locked"
    assert answers(session, sender, issued, now + timedelta(minutes=60)) == "王秀兰"


def test_a_refusal_says_how_many_tries_are_left(session: Session, sender: Identity, now: datetime) -> None:
    refusals = [code.redeem(session, sender, "AAAAAA", now) for _ in range(5)]
    assert [r.facts.get("left") for r in refusals if isinstance(r, Refused)] == [4, 3, 2, 1, None]
    assert sender.locked_until == now + timedelta(hours=1)


def test_wrong_codes_of_another_day_do_not_count(session: Session, sender: Identity, now: datetime) -> None:
    for _ in range(4):
        answers(session, sender, "AAAAAA", now)
    assert answers(session, sender, "AAAAAA", now + timedelta(hours=24)) == "code_wrong"


def test_following_anew_does_not_wipe_the_slate(session: Session, sender: Identity, now: datetime) -> None:
    for _ in range(5):
        answers(session, sender, "AAAAAA", now)
    Identity.reached(session, "demo", "o-other")  # so that the number of the erased one is not given again
    session.delete(sender)
    session.flush()
    again = Identity.reached(session, "demo", "o-somebody")
    assert answers(session, again, "AAAAAA", now) == "code_locked"


def test_one_senders_guesses_lock_nobody_else(
    session: Session, person: Person, sender: Identity, now: datetime
) -> None:
    issued = code.issue(session, person, now)
    for _ in range(6):
        answers(session, sender, "AAAAAA", now)
    other = Identity.reached(session, "demo", "o-other")
    assert answers(session, other, issued, now) == "王秀兰"
