"""A colleague goes in a teacher's place: what she can take becomes hers with its hours, the rest stays (B12, R5)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import company, handover
from models.errors import Refused
from models.handover import Handover
from models.history import History
from models.hours import HeldHour
from models.person import Person, Role
from models.visit import Visit
from tests.cast import Cast, at, enter, mentor, pupil, staff

NOW = at("11-23 08:00")


@pytest.fixture
def cast(session: Session) -> Cast:
    return enter(session)


def asked(cast: Cast, *visits: Visit, by: Person | None = None) -> Handover:
    return handover.ask(cast.session, by or cast.wang, cast.chen, visits, NOW)


def holders(cast: Cast, visit: Visit) -> set[str]:
    cast.session.flush()
    return set(cast.session.scalars(sa.select(HeldHour.holder).where(HeldHour.visit_id == visit.id)))


@pytest.mark.rule("B12")
def test_hours_and_visit_become_the_colleagues_and_the_time_stands(cast: Cast) -> None:
    visit = cast.confirmed("11-28 15:00")
    done = handover.take(cast.session, asked(cast, visit), cast.chen, NOW)
    assert (done.taken, done.left) == ([visit], [])
    assert (visit.teacher_id, visit.state, visit.round) == (cast.chen.id, "confirmed", 1)
    family = {f"s{cast.ming.id}", f"p{cast.mother.id}"}
    assert holders(cast, visit) == {f"p{cast.chen.id}", f"way{cast.chen.id}"} | family
    assert "hand_over" in cast.session.scalars(sa.select(History.verb).where(History.subject_id == visit.id)).all()


@pytest.mark.rule("B12")
def test_what_she_can_no_longer_take_stays_with_the_first_teacher(cast: Cast) -> None:
    other = pupil(cast.session, cast.school_class, "20230208", "李雷")
    first, second = cast.confirmed("11-28 15:00"), cast.visit("11-28 17:00", "11-23 07:00", student=other)
    request = asked(cast, first, second)
    third = pupil(cast.session, cast.school_class, "20230209", "韩梅梅")
    cast.visit("11-28 16:30", "11-23 07:30", student=third, teacher=cast.chen)
    done = handover.take(cast.session, request, cast.chen, NOW)
    assert ([v.id for v in done.taken], [(v.id, no.code) for v, no in done.left]) == (
        [first.id],
        [(second.id, "hours_taken_of")],
    )
    assert (second.teacher_id, holders(cast, second)) == (cast.wang.id, {f"p{cast.wang.id}", f"way{cast.wang.id}"})


@pytest.mark.parametrize("what", ["moved", "cancelled", "begun", "taken by another"])
def test_what_has_changed_since_she_was_asked_is_not_hers(what: str, cast: Cast) -> None:
    visit, now = cast.confirmed("11-28 15:00"), NOW
    request = asked(cast, visit)
    if what == "moved":
        visit.move(cast.session, cast.by_teacher, at("11-29 10:00"), NOW)
        visit.confirm(cast.session, cast.by_mother, NOW)
    elif what == "cancelled":
        visit.cancel(cast.session, cast.by_mother, NOW)
    elif what == "begun":
        now = at("11-28 15:00")
    else:
        visit.hand_over(cast.session, cast.by_teacher, cast.zhou, NOW)
    assert Handover.asking(cast.session, cast.chen, now) == []
    assert not handover.take(cast.session, request, cast.chen, now).taken
    assert visit.teacher_id != cast.chen.id


@pytest.mark.rule("R5")
def test_only_who_reaches_the_child_can_go(cast: Cast) -> None:
    visit, stranger = cast.confirmed("11-28 15:00"), staff(cast.session, cast.school, "徐建平", Role(name="subject"))
    with pytest.raises(Refused, match="out_of_reach_of"):
        handover.ask(cast.session, cast.wang, stranger, [visit], NOW)
    with pytest.raises(Refused, match="out_of_reach_of"):
        visit.hand_over(cast.session, cast.by_teacher, stranger, NOW)


@pytest.mark.rule("rel.I4")
def test_who_is_not_in_charge_asks_nobody_and_who_was_not_asked_takes_nothing(cast: Cast) -> None:
    visit = cast.confirmed("11-28 15:00")
    third = staff(cast.session, cast.school, "李国强", mentor(cast.school_class))
    with pytest.raises(Refused, match="not_yours"):
        asked(cast, visit, by=third)
    request = asked(cast, visit, by=cast.zhou)
    for deed in (handover.take, lambda s, r, p, n: handover.leave(r, p, n)):
        with pytest.raises(Refused, match="not_yours"):
            deed(cast.session, request, third, NOW)
    handover.leave(request, cast.chen, NOW)
    with pytest.raises(Refused, match="answered_already"):
        handover.take(cast.session, request, cast.chen, NOW)
    assert visit.teacher_id == cast.wang.id


@pytest.mark.rule("B6")
def test_who_came_along_goes_herself_now(cast: Cast) -> None:
    visit = cast.confirmed("11-28 15:00", companions=(cast.chen, cast.zhou))
    handover.take(cast.session, asked(cast, visit), cast.chen, NOW)
    assert [c.person_id for c in visit.companions] == [cast.zhou.id]
    with pytest.raises(Refused, match="not_yours"):
        company.place_of(visit, cast.chen)


@pytest.mark.rule("B13")
def test_an_open_question_counts_anew_from_the_news(cast: Cast) -> None:
    visit = cast.visit("11-28 15:00", "11-21 08:00")
    handover.take(cast.session, asked(cast, visit), cast.chen, NOW)
    assert (visit.asked, visit.offer_at) == ("guardian", NOW)
