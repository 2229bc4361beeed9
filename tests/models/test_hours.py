"""Held hours (B12): of two who want the same five minutes one gets them, on both databases."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hours
from models.base import Sessions, writing
from models.errors import Refused
from models.hours import HeldHour
from tests.cast import at, enter

SATURDAY = ("x1", at("11-28 15:00"), at("11-28 15:40"))


def held(session: Session, visit_id: int) -> list[tuple[str, int]]:
    rows = session.execute(sa.select(HeldHour.holder, HeldHour.granule).where(HeldHour.visit_id == visit_id))
    return sorted((holder, granule) for holder, granule in rows)


@pytest.fixture
def visits(sessions: Sessions) -> list[int]:
    """Two visits that hold nothing of what the tests take."""
    with writing(sessions) as session:
        cast = enter(session)
        return [cast.visit("12-05 15:00").id, cast.visit("12-06 15:00").id]


@pytest.mark.rule("B12")
def test_a_visit_holds_exactly_what_it_was_given_last(sessions: Sessions, visits: list[int]) -> None:
    later = ("x1", at("11-28 15:20"), at("11-28 16:00"))
    with writing(sessions) as session:
        for spans in ([SATURDAY], [SATURDAY], [later, ("y1", later[1], later[2])]):
            hours.settle(session, visits[0], spans)
        wanted = [(holder, g) for holder in ("x1", "y1") for g in hours.granules(later[1], later[2])]
        assert held(session, visits[0]) == wanted
        hours.settle(session, visits[0], [])
        assert held(session, visits[0]) == []


@pytest.mark.rule("B12")
def test_what_another_visit_holds_is_refused_and_named(sessions: Sessions, visits: list[int]) -> None:
    with writing(sessions) as session:
        hours.settle(session, visits[0], [SATURDAY])
        assert not hours.is_free(session, [SATURDAY])
        assert hours.is_free(session, [SATURDAY], but_visit=visits[0])
        assert hours.is_free(session, [("x2", SATURDAY[1], SATURDAY[2])])
        with pytest.raises(Refused) as refused:
            hours.settle(session, visits[1], [("x1", at("11-28 15:35"), at("11-28 16:00"))])
    assert refused.value.facts == {"taken_visit": visits[0], "holder": "x1", "at": at("11-28 15:35")}


@pytest.mark.rule("B12")
def test_of_two_who_ask_at_once_one_is_refused(sessions: Sessions, visits: list[int]) -> None:
    refused: list[str] = []

    def ask() -> None:
        try:
            with writing(sessions, 5.0) as session:
                hours.settle(session, visits[1], [SATURDAY])
        except Refused as no:
            refused.append(no.code)

    other = threading.Thread(target=ask)
    with writing(sessions) as session:
        hours.settle(session, visits[0], [SATURDAY])
        other.start()
        time.sleep(0.2)  # the other one has looked by now, and waits
    other.join(10)
    assert refused == ["hours_taken"]
    with sessions() as session:
        assert len([h for h, _ in held(session, visits[0]) if h == "x1"]) == 8
        assert "x1" not in dict(held(session, visits[1]))
