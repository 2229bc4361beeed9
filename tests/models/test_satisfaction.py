"""Satisfaction by class and grade: nothing that is shown, alone or by subtraction, rests on fewer than five answers."""

from __future__ import annotations

import random
from itertools import product

import pytest
from sqlalchemy.orm import Session

from models.coverage import Period
from models.satisfaction import Rate, guarded, satisfaction, whole
from models.survey import SATISFACTION, Survey
from tests.cast import at, enter


def school(*grades: tuple[int, ...]) -> Rate:
    """Grades of classes with so many answers each."""
    parts = [
        whole(f"grade {g}", [Rate(f"{g}-{c}", answers, answers // 2) for c, answers in enumerate(classes)])
        for g, classes in enumerate(grades)
    ]
    return guarded(whole("school", parts), 5)


def shown(rate: Rate) -> list[str]:
    return [rate.name] * rate.shown + [name for part in rate.parts for name in shown(part)]


@pytest.mark.rule("S6")
@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ([(5, 6)], ["school", "grade 0", "0-0", "0-1"]),
        ([(2, 2)], []),
        ([(4, 20)], ["school", "grade 0"]),  # 20 would give the four away
        ([(4, 20, 30)], ["school", "grade 0", "0-2"]),
        ([(3, 3, 30)], ["school", "grade 0", "0-2"]),  # six together tell of nobody
        ([(0, 20)], ["school", "grade 0", "0-1"]),
        ([(0, 4, 20)], ["school", "grade 0"]),
        ([(2, 2), (9, 9)], ["school"]),  # the second grade would give the first one away, and its classes both
        ([(2, 2), (9, 9), (10, 10)], ["school", "grade 2", "2-0", "2-1"]),
    ],
)
def test_too_few_answers_are_hidden_and_what_would_give_them_away(
    grades: list[tuple[int, ...]], expected: list[str]
) -> None:
    assert shown(school(*grades)) == expected


@pytest.mark.rule("S6")
@pytest.mark.parametrize("seed", range(40))
def test_nothing_can_be_worked_out_that_rests_on_one_to_four_answers(seed: int) -> None:
    draw = random.Random(seed)
    found = school(*(tuple(draw.choice((0, 1, 2, 4, 5, 7, 20)) for _ in range(3)) for _ in range(3)))
    classes = [room for grade in found.parts for room in grade.parts]
    known = [found, *found.parts, *classes]
    sums = {
        tuple(int(room in _rooms(rate)) for room in classes) for rate in known if rate.shown
    }  # what is shown, each as the classes that it adds up
    for signs in product((-1, 0, 1), repeat=len(sums)):
        left = [sum(s * row[i] for s, row in zip(signs, sums, strict=True)) for i in range(len(classes))]
        if set(left) <= {0, 1} and any(left):
            answers = sum(room.answers for room, there in zip(classes, left, strict=True) if there)
            assert answers == 0 or answers >= 5, (seed, left)
    assert all(rate.answers >= 5 or not rate.answers for rate in known if rate.shown)


def _rooms(rate: Rate) -> list[Rate]:
    return [room for part in rate.parts for room in _rooms(part)] if rate.parts else [rate]


@pytest.mark.rule("S4")
def test_the_rate_is_that_of_fours_and_fives_among_this_terms_answers(session: Session) -> None:
    cast = enter(session)
    for day, overall in enumerate((5, 4, 3, 1, 4, None), 10):
        held = cast.held(f"11-{day} 15:00", f"11-{day} 15:40")
        survey = Survey.begin(session, held, SATISFACTION, cast.mother, at(f"11-{day} 18:00"))
        if overall:
            survey.answer(overall, at(f"11-{day} 18:05"))
    session.flush()
    rate = satisfaction(session, cast.school, Period.of(cast.school, at("11-23 08:05")))
    assert (rate.answers, rate.percent, rate.parts[0].parts[0].shown) == (5, 60, True)
    next_term = Period.of(cast.school, at("11-23 08:05").replace(year=2027, month=3))
    assert satisfaction(session, cast.school, next_term).answers == 0
