"""The life of a visit: every state, every verb, every part; what LIFE does not say is refused and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import Refused
from models.history import History
from models.person import Person
from models.visit import Visit
from models.visit_life import (
    CLOCK,
    CONFIRMED,
    GUARDIAN,
    HELD,
    LETTER,
    LIFE,
    PHONE,
    PROPOSED,
    TEACHER,
    UNDER_WAY,
    Actor,
)
from tests.cast import Cast, at, enter

STATES = sorted({state for state, _ in LIFE} | {after for after, _ in LIFE.values()})
PARTS = (TEACHER, GUARDIAN, CLOCK)
NOW, LATER = at("11-28 15:05"), at("11-29 10:00")


def written(visit: Visit, session: Session, actor: Actor) -> None:
    """Sends it, were it a letter."""
    form, visit.form = visit.form, LETTER
    try:
        visit.send_letter(session, actor, NOW)
    except Refused:
        visit.form = form
        raise


Deed = Callable[[Visit, Session, Actor], object]
DEEDS: dict[str, Deed] = {
    "send_letter": written,
    "confirm": lambda v, s, a: v.confirm(s, a, NOW),
    "counter": lambda v, s, a: v.counter(s, a, LATER, NOW),
    "change_form": lambda v, s, a: v.change_form(s, a, "at_school", NOW),
    "decline": lambda v, s, a: v.decline(s, a, NOW),
    "withdraw": lambda v, s, a: v.withdraw(s, a, NOW),
    "lapse": lambda v, s, a: v.lapse(s, NOW),
    "cancel": lambda v, s, a: v.cancel(s, a, NOW),
    "miss": lambda v, s, a: v.miss(s, a, NOW),
    "move": lambda v, s, a: v.move(s, a, LATER, NOW),
    "refuse_move": lambda v, s, a: v.refuse_move(s, a, NOW),
    "check_in": lambda v, s, a: v.check_in(s, a, NOW),
    "check_out": lambda v, s, a: v.check_out(s, a, NOW),
    "hold": lambda v, s, a: v.hold(s, a, NOW),
    "record": lambda v, s, a: v.record(s, a, NOW),
    "close": lambda v, s, a: v.close(s, a, NOW),
    "undo": lambda v, s, a: v.undo(s, a, NOW),
    "hand_over": lambda v, s, a: v.hand_over(s, a, _colleague(s, v), NOW),
}
#: What a deed is called in LIFE where that depends on the state.
CALLED = {
    ("confirm", CONFIRMED): "take_move",
    ("lapse", CONFIRMED): "refuse_move",
    ("undo", UNDER_WAY): "undo_check_in",
    ("undo", HELD): "undo_check_out",
}


def _colleague(session: Session, visit: Visit) -> Person:
    return session.scalars(sa.select(Person).where(Person.name == "陈静", Person.school_id == visit.school_id)).one()


@pytest.fixture
def people(session: Session) -> Cast:
    return enter(session)


def standing(people: Cast, state: str, asked: str | None) -> Visit:
    """A visit in that state; while it is open another time is on the table, and that part's answer is awaited."""
    visit = people.visit("11-28 15:00", "11-23 08:00")
    visit.state, visit.checked_in_at, visit.checked_out_at = state, NOW, NOW
    visit.asked = asked if state in (PROPOSED, CONFIRMED) else None
    visit.offer_starts_at, visit.offer_ends_at = at("11-28 17:00"), at("11-28 17:40")
    people.session.flush()
    return visit


def columns(visit: Visit) -> dict[str, Any]:
    return {c.key: getattr(visit, c.key) for c in sa.inspect(Visit).column_attrs}


def allowed(state: str, deed: str, part: str) -> str | None:
    """The state after it, or None when LIFE does not let that part do it."""
    if deed == "lapse" and part != CLOCK:
        return None  # only the clock has this deed at all
    after, who = LIFE.get((state, CALLED.get((deed, state), deed)), ("", ()))
    return after if part in who else None


@pytest.mark.parametrize("state", STATES)
@pytest.mark.rule("rulings.2")
def test_each_step_that_life_knows_steps_and_every_other_is_refused(state: str, people: Cast) -> None:
    session, wrong = people.session, []
    for deed, do in DEEDS.items():
        for part in PARTS:
            if deed == "lapse" and part != CLOCK:
                continue
            with session.begin_nested() as point:
                visit = standing(people, state, part if part != CLOCK else GUARDIAN)
                before, noted = columns(visit), session.scalar(sa.select(sa.func.max(History.id)))
                try:
                    do(visit, session, Actor(part, people.mother.id))
                    came_to = visit.state
                except Refused:
                    came_to = None
                    untouched = columns(visit) == before
                    if not untouched or session.scalar(sa.select(sa.func.max(History.id))) != noted:
                        wrong.append((deed, part, "refused, and something has changed"))
                if came_to != allowed(state, deed, part):
                    wrong.append((deed, part, came_to))
                point.rollback()
    assert not wrong


def test_every_step_of_life_is_some_deed() -> None:
    reached = {(state, CALLED.get((deed, state), deed)) for state in STATES for deed in DEEDS}
    assert set(LIFE) <= reached


@pytest.mark.parametrize("deed", ["confirm", "counter", "decline", "refuse_move"])
@pytest.mark.parametrize("state", [PROPOSED, CONFIRMED])
@pytest.mark.parametrize(("asked", "speaks"), [(TEACHER, GUARDIAN), (GUARDIAN, TEACHER), (None, GUARDIAN)])
@pytest.mark.rule("B3")
def test_only_who_was_asked_answers(deed: str, state: str, asked: str | None, speaks: str, people: Cast) -> None:
    visit = standing(people, state, asked)
    before = columns(visit)
    with pytest.raises(Refused):
        DEEDS[deed](visit, people.session, Actor(speaks, people.mother.id))
    assert columns(visit) == before


@pytest.mark.rule("rulings.25")
def test_a_teacher_enters_an_answer_got_by_telephone_only_while_one_is_awaited(people: Cast) -> None:
    by_phone = Actor(TEACHER, people.wang.id, by_phone=True)
    visit = standing(people, PROPOSED, GUARDIAN)
    visit.confirm(people.session, by_phone, NOW)
    assert (visit.state, visit.confirmed_by_id) == (CONFIRMED, None)
    with pytest.raises(Refused):
        visit.confirm(people.session, by_phone, NOW)


@pytest.mark.rule("B4")
def test_a_telephone_call_instead_is_taken_at_the_same_hour(people: Cast) -> None:
    visit = people.visit("11-28 15:00", "11-23 08:00")
    visit.change_form(people.session, people.by_mother, PHONE, at("11-23 09:00"))
    assert (visit.state, visit.form, visit.starts_at) == (CONFIRMED, PHONE, at("11-28 15:00"))


@pytest.mark.rule("B3")
def test_after_the_rounds_one_telephones(people: Cast) -> None:
    visit, sides = people.visit("12-05 15:00", "11-23 08:00"), (people.by_mother, people.by_teacher)
    for n in range(visit.policy.rounds):
        visit.counter(people.session, sides[n % 2], at(f"12-05 1{n}:00"), NOW)
    with pytest.raises(Refused, match="rounds_over"):
        visit.counter(people.session, sides[visit.policy.rounds % 2], at("12-06 10:00"), NOW)


@pytest.mark.rule("B1")
def test_what_has_passed_can_be_neither_proposed_nor_taken(people: Cast) -> None:
    with pytest.raises(Refused, match="time_past"):
        people.visit("11-28 15:00", "11-28 15:00")
    visit = people.visit("11-28 15:00", "11-23 08:00")
    with pytest.raises(Refused, match="time_past"):
        visit.confirm(people.session, people.by_mother, at("11-28 15:00"))
