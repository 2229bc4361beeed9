"""Questionnaires begin, are reminded of once, and end (S1, S7)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.consent import SURVEYS, Consent
from models.survey import EXPIRED, OPEN, PRE_VISIT, Survey
from models.visit_life import UNDER_WAY
from tests.cast import Cast, at


def asked(told, now):
    return [t for t in told(now) if t[0].startswith("survey.")]


@pytest.mark.rule("S1")
@pytest.mark.parametrize(
    ("held", "now", "expected"),
    [
        ("11-28 15:45", "11-28 17:44", None),
        ("11-28 15:45", "11-28 17:45", "11-28 17:45"),
        ("11-28 15:45", "12-01 15:44", "12-01 15:44"),
        ("11-28 15:45", "12-01 15:45", None),  # three days later nobody is asked any more
        ("11-28 19:30", "11-28 21:30", "11-28 21:30"),
        ("11-28 19:31", "11-28 21:31", None),
        ("11-28 19:31", "11-29 07:29", None),
        ("11-28 19:31", "11-29 07:30", "11-29 07:30"),
    ],
)
def test_satisfaction_is_asked_two_hours_after_in_polite_hours(people: Cast, told, held, now, expected):
    people.held("11-28 15:00", held)
    assert asked(told, now) == ([("survey.ask", "mother", expected)] if expected else [])
    assert asked(told, now) == []


@pytest.mark.rule("S7")
def test_an_unfinished_questionnaire_is_reminded_of_once_and_expires(people: Cast, told):
    people.held("11-28 15:00", "11-28 15:45")
    assert asked(told, "11-28 17:45") == [("survey.ask", "mother", "11-28 17:45")]
    survey = people.session.scalars(sa.select(Survey)).one()
    assert asked(told, "11-29 17:44") == []
    assert asked(told, "11-29 17:45") == [("survey.remind", "mother", "11-29 17:45")]
    survey.answer(5, at("11-30 08:00"))
    assert asked(told, "12-02 08:00") == []
    told("12-05 17:44")
    assert survey.state == OPEN
    told("12-05 17:45")
    assert survey.state == EXPIRED


@pytest.mark.rule("S7")
def test_a_day_is_counted_from_the_last_question(people: Cast, told):
    people.held("11-28 15:00", "11-28 15:45")
    told("11-28 17:45")
    people.session.scalars(sa.select(Survey)).one().answer(5, at("11-28 22:10"))
    people.session.flush()
    assert asked(told, "11-29 22:10") == []
    assert asked(told, "11-30 07:30") == [("survey.remind", "mother", "11-30 07:30")]


def _without_consent(people: Cast) -> None:
    people.session.execute(sa.delete(Consent).where(Consent.purpose == SURVEYS))


def _stopped_surveys(people: Cast) -> None:
    people.mother.surveys_stopped_at = at("11-28 15:50")


def _stopped_all(people: Cast) -> None:
    people.mother.stopped_at = at("11-28 15:50")


@pytest.mark.rule("rulings.18")
@pytest.mark.parametrize("unwilling", [_without_consent, _stopped_surveys, _stopped_all])
def test_nobody_is_asked_who_does_not_want_to_be(people: Cast, told, unwilling):
    people.held("11-28 15:00", "11-28 15:45")
    unwilling(people)
    people.session.flush()
    assert asked(told, "11-28 17:45") == []
    assert people.session.scalars(sa.select(Survey)).all() == []


@pytest.mark.rule("rulings.5")
@pytest.mark.parametrize(
    ("change", "now", "state"), [("", "11-28 14:59", OPEN), ("", "11-28 15:00", EXPIRED), ("cancel", "11-27 09:00", EXPIRED),
                                 ("check_in", "11-28 14:50", EXPIRED)],
)  # fmt: skip
def test_the_questionnaire_before_the_visit_ends_when_it_begins_or_will_not_be(people, told, change, now, state):
    visit = people.confirmed("11-28 15:00", "11-26 20:00")
    survey = Survey.begin(people.session, visit, PRE_VISIT, people.mother, at("11-26 20:00"))
    if change:
        getattr(visit, change)(people.session, people.by_mother if change == "cancel" else people.by_teacher, at(now))
        people.session.flush()
    assert asked(told, now) == []
    assert survey.state == state
    assert visit.state != UNDER_WAY or change == "check_in"
