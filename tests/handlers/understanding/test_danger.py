"""Danger to a child is heard whatever was asked last, and what only sounds like it never is."""

from __future__ import annotations

import pytest

from handlers.understanding import OpenVisit, read
from tests.handlers.understanding.people import ASKED, EVENING, OFFER, QUESTIONS, guardian, rows

SITUATIONS = {
    "nothing asked": guardian("none"),
    "a visit to come": guardian("none", confirmed=ASKED),
    "a visit announced": guardian(),
    "hours offered": guardian("offer", visit=OpenVisit(student="张小明", form="入户"), options=OFFER),
    "a mark asked for": guardian("survey", question=QUESTIONS["rating"]),
    "any remark": guardian("survey", question=QUESTIONS["free"]),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_danger_is_told_from_what_only_sounds_like_it(situation: str) -> None:
    wrong = [
        (text, found.intent)
        for danger, text, *_ in rows("danger")
        if ((found := read(text, EVENING, SITUATIONS[situation])).intent == "urgent") != (danger == "1")
    ]
    assert wrong == []
