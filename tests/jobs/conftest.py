"""What tests of the clock ask: what was owed to whom, and at what minute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs import timetable
from models.base import make_engine
from models.hour import local
from models.notification import Notification
from models.tables import METADATA
from tests import cast
from tests.cast import Cast
from tests.conftest import BACKENDS

Told = list[tuple[str, str, str]]


@pytest.fixture(scope="session", params=BACKENDS)
def stage(request: pytest.FixtureRequest, _master_key: None) -> Iterator[sa.Engine]:
    """One database for all tables of moments, whose statements are prepared once; no test leaves anything in it."""
    if request.param == "postgresql":
        yield request.getfixturevalue("_postgresql")
        return
    engine = make_engine("sqlite://")
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def people(stage: sa.Engine) -> Iterator[Cast]:
    with stage.connect() as connection, connection.begin() as whole:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            people = cast.enter(session)
            cast.without_weeks(session, people.school)
            yield people
        whole.rollback()


def clock(moment: datetime | None) -> str | None:
    """The minute on the school's wall clock."""
    return None if moment is None else f"{local(moment):%m-%d %H:%M}"


@pytest.fixture
def told(people: Cast) -> Callable[[str], Told]:
    """Plans at a moment; says what was new in the outbox: kind, person, the minute at which it is to go."""

    def look(moment: str) -> Told:
        session = people.session
        before = session.scalar(sa.select(sa.func.max(Notification.id))) or 0
        timetable.plan_all(session, cast.at(moment))
        rows = session.scalars(sa.select(Notification).where(Notification.id > before))
        return sorted((r.kind, people.who(r.person_id), str(clock(r.due_at))) for r in rows)

    return look
