"""The cast and a conversation, for tests of what is said."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.cast import Cast, at, enter
from tests.handlers.talk import Talk


@pytest.fixture
def people(session: Session) -> Cast:
    return enter(session)


@pytest.fixture
def talk(people: Cast) -> Talk:
    return Talk(people.session, at("11-23 08:05"))
