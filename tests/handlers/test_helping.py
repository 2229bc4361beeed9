"""帮助 has an example of everything that can be asked for, and of nothing that cannot (rulings 1)."""

from __future__ import annotations

import pytest

from handlers import topics as topics
from handlers.helping import FAMILIES, LEADERS, QUIET, TEACHERS
from handlers.registry import GUARDIAN, TEACHER, example, intents
from tests.cast import Cast
from tests.handlers.talk import Talk


@pytest.mark.parametrize(("part", "groups"), [(TEACHER, TEACHERS | LEADERS), (GUARDIAN, FAMILIES)])
def test_every_example_is_one_of_something_that_can_be_asked_for(part: str, groups: dict[str, tuple[str, ...]]) -> None:
    told = [intent for names in groups.values() for intent in names]
    assert len(told) == len(set(told))
    assert set(told) | QUIET[part] <= set(intents(part))
    assert all(example(part, intent) for intent in told)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_two_pages_have_everything_that_needs_an_example(people: Cast, talk: Talk) -> None:
    pages = talk.says(people.chen, "帮助") + talk.says(people.chen, "更多")
    leaders = {intent for names in LEADERS.values() for intent in names}
    needed = [example(TEACHER, i) for i in intents(TEACHER) if i not in QUIET[TEACHER] | leaders]
    assert [words for words in needed if words not in pages] == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_first_page_fits_a_telephone(people: Cast, talk: Talk) -> None:
    for person in (people.wang, people.zhou, people.mother):
        lines = talk.says(person, "帮助").splitlines()
        assert len([line for line in lines if not line.startswith("[")]) <= 12
