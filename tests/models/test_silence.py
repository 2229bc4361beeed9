"""A machine that is cut off in the middle of a transaction must not hold the school's rows for the others."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from models.base import Sessions, make_engine, writing

pytestmark = pytest.mark.rule("rel.I2")


@pytest.mark.parametrize("many", [0, 3], ids=["nothing was written", "many rows in one go"])
def test_who_says_nothing_for_too_long_has_lost_what_it_held(sessions: Sessions, many: int) -> None:
    if sessions.kw["bind"].dialect.name == "sqlite":
        pytest.skip("SQLite has one machine")
    with pytest.raises(sa.exc.DBAPIError):
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


def test_a_connection_that_was_its_own_master_begins_transactions_again(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no such mode here")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE never_kept (id INTEGER)")
        connection.rollback()
        assert not sa.inspect(connection).has_table("never_kept")
