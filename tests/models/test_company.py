"""Colleagues who come along hold their hours as the teacher does, from the proposal to their no (B6, B12)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import company, hours
from models.errors import Refused
from models.hours import HeldHour
from models.notification import Notification
from models.visit import Visit
from tests.cast import Cast, at, enter

NOW = at("09-02 08:00")
HOUR = (at("11-28 15:10"), at("11-28 15:20"))


@pytest.fixture
def cast(session: Session) -> Cast:
    return enter(session)


def holders(cast: Cast, visit: Visit) -> set[str]:
    return set(cast.session.scalars(sa.select(HeldHour.holder).where(HeldHour.visit_id == visit.id)))


def free(cast: Cast, person_id: int) -> bool:
    return hours.is_free(cast.session, [(f"p{person_id}", *HOUR)])


@pytest.mark.rule("B12")
def test_both_hours_are_held_from_the_proposal_on(cast: Cast) -> None:
    visit = cast.visit("11-28 15:00", companions=(cast.chen,))
    assert {f"p{cast.wang.id}", f"way{cast.wang.id}", f"p{cast.chen.id}", f"way{cast.chen.id}"} == holders(cast, visit)
    visit.confirm(cast.session, cast.by_mother, NOW)
    assert not free(cast, cast.wang.id)
    assert not free(cast, cast.chen.id)


@pytest.mark.rule("B12")
def test_a_companion_who_is_taken_is_named_by_the_refusal(cast: Cast) -> None:
    cast.visit("11-28 15:00", companions=(cast.chen,))
    with pytest.raises(Refused) as no:
        cast.visit("11-28 15:00", teacher=cast.zhou, companions=(cast.chen,))
    assert no.value.facts["holder"] == f"p{cast.chen.id}"


@pytest.mark.rule("B6")
def test_a_no_frees_that_hour_and_leaves_the_visit(cast: Cast) -> None:
    visit = cast.confirmed("11-28 15:00", companions=(cast.chen,))
    steps = visit.steps
    assert company.answer(cast.session, visit, cast.chen, going=False, now=NOW)
    assert not company.answer(cast.session, visit, cast.chen, going=False, now=NOW)
    assert (visit.state, visit.steps, visit.going) == ("confirmed", steps, [])
    assert free(cast, cast.chen.id)
    assert not free(cast, cast.wang.id)


@pytest.mark.rule("B12")
def test_who_said_no_comes_along_after_all_only_while_the_hour_is_free(cast: Cast) -> None:
    visit = cast.visit("11-28 15:00", companions=(cast.chen,))
    company.answer(cast.session, visit, cast.chen, going=False, now=NOW)
    hours.settle(cast.session, cast.visit("11-30 15:00", teacher=cast.zhou).id, [(f"p{cast.chen.id}", *HOUR)])
    with pytest.raises(Refused, match="hours_taken"):
        company.answer(cast.session, visit, cast.chen, going=True, now=NOW)


@pytest.mark.rule("B6")
@pytest.mark.parametrize(("verb", "told"), [("withdraw", 1), ("decline", 1), ("lapse", 1), ("counter", 0)])
def test_a_companion_hears_what_has_become_of_it(cast: Cast, verb: str, told: int) -> None:
    visit = cast.visit("11-28 15:00", companions=(cast.chen,))
    more = {"withdraw": (cast.by_teacher,), "decline": (cast.by_mother,), "lapse": ()}
    args = more.get(verb, (cast.by_mother, at("11-29 15:00")))
    getattr(visit, verb)(cast.session, *args, NOW)
    query = sa.select(Notification.person_id).where(Notification.kind == "companion.news")
    assert list(cast.session.scalars(query)) == [cast.chen.id] * told
    assert free(cast, cast.chen.id)


@pytest.mark.rule("B6")
def test_nobody_answers_for_a_visit_to_which_she_was_not_asked(cast: Cast) -> None:
    visit = cast.visit("11-28 15:00", companions=(cast.chen,))
    with pytest.raises(Refused, match="not_yours"):
        company.answer(cast.session, visit, cast.zhou, going=True, now=NOW)
