"""Several times in one offer: held until one is taken, each lapsing on its own (B12, rulings 7)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import Refused
from models.hours import HeldHour, is_free
from models.visit import Visit
from models.visit_life import CONFIRMED, PHONE, PROPOSED
from models.visit_plan import Plan
from tests.cast import Cast, at, enter, pupil

SATURDAY, SUNDAY, MONDAY = at("11-28 10:00"), at("11-29 15:00"), at("11-30 17:00")
NOW = at("11-27 08:00")


@pytest.fixture
def people(session: Session) -> Cast:
    return enter(session)


def offer(people: Cast, *more: str) -> Visit:
    return people.visit("11-28 10:00", "11-27 08:00", more=tuple(at(m) for m in more))


@pytest.mark.rule("B12")
def test_every_time_of_an_offer_is_held_and_the_others_are_freed_by_the_answer(people: Cast) -> None:
    visit = offer(people, "11-29 15:00")
    other = pupil(people.session, people.school_class, "20230208", "李雷")
    taken = [is_free(people.session, Plan(people.wang, other, start).spans()) for start in (SATURDAY, SUNDAY)]
    visit.confirm(people.session, people.by_mother, NOW, SUNDAY)
    free = [is_free(people.session, Plan(people.wang, other, start).spans()) for start in (SATURDAY, SUNDAY)]
    assert (taken, free) == ([False, False], [True, False])
    assert (visit.state, visit.starts_at, visit.slots) == (CONFIRMED, SUNDAY, [])


@pytest.mark.rule("B12")
def test_a_time_that_is_taken_keeps_the_whole_offer_back(people: Cast) -> None:
    other = pupil(people.session, people.school_class, "20230208", "李雷")
    Visit.propose(people.session, Plan(people.wang, other, SUNDAY), NOW)
    with pytest.raises(Refused, match="hours_taken"):
        offer(people, "11-29 15:30")


@pytest.mark.rule("rulings.7")
@pytest.mark.parametrize(
    ("now", "slot", "outcome"),
    [
        ("11-28 07:59", SATURDAY, CONFIRMED),
        ("11-28 08:00", SATURDAY, "slot_gone"),  # two hours before, although nobody has cleared it away yet
        ("11-28 08:00", SUNDAY, CONFIRMED),
        ("11-28 07:59", None, "which_slot"),
        ("11-28 08:00", None, CONFIRMED),  # only one is left
        ("11-28 07:00", MONDAY, "slot_gone"),  # was never offered
    ],
)
def test_only_a_time_that_still_stands_can_be_taken(people: Cast, now: str, slot, outcome: str) -> None:
    visit = offer(people, "11-29 15:00")
    if outcome == CONFIRMED:
        visit.confirm(people.session, people.by_mother, at(now), slot)
    else:
        with pytest.raises(Refused, match=outcome):
            visit.confirm(people.session, people.by_mother, at(now), slot)
    assert visit.state == (CONFIRMED if outcome == CONFIRMED else PROPOSED)


@pytest.mark.rule("rulings.7")
def test_what_was_shown_holds_when_one_of_the_times_lapses(people: Cast) -> None:
    visit = offer(people, "11-29 15:00", "11-30 17:00")
    steps = visit.steps
    visit.lapse_slots(people.session, at("11-28 08:00"))
    assert (visit.slots, visit.starts_at, visit.steps) == ([SUNDAY, MONDAY], SUNDAY, steps)
    held = people.session.scalar(sa.select(sa.func.min(HeldHour.granule)).where(HeldHour.visit_id == visit.id))
    assert held == int(SUNDAY.timestamp()) // 300


def test_another_form_is_taken_at_the_named_time(people: Cast) -> None:
    visit = offer(people, "11-29 15:00")
    visit.change_form(people.session, people.by_mother, PHONE, NOW, SUNDAY)
    assert (visit.state, visit.form, visit.starts_at) == (CONFIRMED, PHONE, SUNDAY)


def test_a_fourth_time_is_refused(people: Cast) -> None:
    with pytest.raises(Refused, match="too_many_slots"):
        offer(people, "11-29 15:00", "11-30 17:00", "12-01 17:00")
