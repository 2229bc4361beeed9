"""A machine that is cut off in the middle of a transaction must not hold the school's rows for the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from models.base import Sessions, make_engine, writing
from models.base import sessions as sessions_of
from models.line import answered_within
from models.writing import Busy
from tests.faults.cable import SILENT, Cable
from tests.faults.machines import database_at

pytestmark = pytest.mark.rule("rel.I2")


@pytest.mark.parametrize("many", [0, 3], ids=["nothing was written", "many rows in one go"])
def test_who_says_nothing_for_too_long_has_lost_what_it_held(sessions: Sessions, many: int) -> None:
    if sessions.kw["bind"].dialect.name == "sqlite":
        pytest.skip("SQLite has one machine")
    with pytest.raises(Busy):
        _pause(sessions, 0.4, many)


def _pause(sessions: Sessions, seconds: float, many: int) -> None:
    with writing(sessions, silence=0.1) as session:
        if many:
            rows = [{"its_id": number, "its_reason": "gone"} for number in range(many)]
            session.connection().execute(_MANY, rows)
        time.sleep(seconds)
        session.execute(sa.text("SELECT 1"))


_MANY = sa.text("UPDATE notification SET reason = :its_reason WHERE id = :its_id")


def test_a_server_that_vanishes_is_given_up_in_seconds(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server")
    again = make_engine(engine.url.render_as_string(hide_password=False))
    with again.connect() as connection:
        asked = connection.connection.driver_connection.info.get_parameters()
    again.dispose()
    assert {name: asked[name] for name in ("connect_timeout", "tcp_user_timeout", "keepalives_idle")} == {
        "connect_timeout": "2",
        "tcp_user_timeout": "5000",
        "keepalives_idle": "5",
    }


def test_a_connection_whose_server_went_while_it_lay_idle_is_replaced(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server")
    again = make_engine(engine.url.render_as_string(hide_password=False))
    ours = sa.text("SELECT pg_backend_pid()")
    with again.connect() as connection:
        first = connection.scalar(ours)
    with engine.begin() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
    time.sleep(1.1)  # what was used a moment ago is not looked at, for that would be a way to the server in every turn
    with again.connect() as connection:
        assert connection.scalar(ours) != first
    again.dispose()


def test_a_database_that_takes_a_question_and_never_answers_is_waited_for_no_longer_than_was_said(
    behind_a_cable: tuple[Sessions, Cable],
) -> None:
    sessions, cable = behind_a_cable
    _note(sessions)
    cable.cut(SILENT)
    assert 1.4 < _in_vain(sessions, 1.4) < 2.9, "it was asked on a connection that was there"
    with ThreadPoolExecutor(8) as pool:
        took = sorted(pool.map(lambda _: _in_vain(sessions, 1.8), range(8)))
    assert took[-2] < 1.0 < took[-1], "all but one were told so at once"
    assert _in_vain(sessions, 1.4) < 1.0, "who has waited elsewhere does not begin what may take two seconds"
    cable.mend()
    _note(sessions)


def test_a_commit_in_doubt_is_no_success(behind_a_cable: tuple[Sessions, Cable]) -> None:
    sessions, cable = behind_a_cable
    with pytest.raises(Busy), answered_within(1.1):
        _note(sessions, lambda: cable.cut(SILENT))


def test_who_may_wait_waits_and_gives_up_at_last(behind_a_cable: tuple[Sessions, Cable]) -> None:
    sessions, cable = behind_a_cable
    _note(sessions)
    cable.cut(SILENT)
    assert 1.9 < _in_vain(sessions, 60) < 6.0, "two seconds for the answer, two for another connection"


def test_an_answer_that_comes_at_once_is_taken_however_late_we_are(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server")
    again = make_engine(engine.url.render_as_string(hide_password=False), 1.0)
    with again.connect() as connection, answered_within(0.1):
        time.sleep(0.3)
        assert connection.execute(_ONE).scalar() == 1
    again.dispose()


@pytest.fixture
def behind_a_cable(engine: sa.Engine) -> Iterator[tuple[Sessions, Cable]]:
    """The same database over a cable that can be cut; its answers are waited for two seconds."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server")
    cable = Cable("127.0.0.1", database_at(engine.url))
    over = engine.url.set(host="127.0.0.1", port=cable.port, query={})
    again = make_engine(over.render_as_string(hide_password=False), 2.0)
    yield sessions_of(again), cable
    cable.close()
    again.dispose()


_ONE = sa.text("SELECT 1")


def _note(sessions: Sessions, before_the_commit: Callable[[], object] = bool) -> None:
    with writing(sessions) as session:
        session.execute(_ONE)
        before_the_commit()


def _in_vain(sessions: Sessions, seconds: float) -> float:
    """Seconds until it is known that there will be no answer."""
    began = time.monotonic()
    with pytest.raises(Busy), answered_within(seconds):
        _note(sessions)
    return time.monotonic() - began
