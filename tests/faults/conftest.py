"""A town for each database, kept for all the stories of this process; and what a story without faults sounds like."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.base import make_engine
from models.tables import METADATA
from tests.conftest import BACKENDS, GIVEN, RUN, WORKER, _embedded
from tests.faults.server import Server
from tests.faults.story import Heard, Story, students
from tests.faults.town import Town

#: How often every fault is tried: `make chaos` asks for several rounds.
ROUNDS = int(os.environ.get("CHAOS", "0"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if ROUNDS and {"stories", "district"} & set(metafunc.fixturenames):
        metafunc.fixturenames.append("again")
        metafunc.parametrize("again", range(ROUNDS))


class Stories:
    """Families one after the other, and what each of them ought to hear."""

    def __init__(self, town: Town, server: Server | None = None) -> None:
        self.town, self._names = town, itertools.cycle(students(town))
        self.server = server  #: where the town has a PostgreSQL of its own
        self.expected = Heard()
        try:
            plain = self.next()
            self.expected = plain.live()
            plain.check(self.expected)
        except BaseException:
            # Nobody else knows of the town yet, and its processes would slow down every later one.
            self.close()
            raise

    @property
    def database(self) -> str:
        return self.town.world.sessions.kw["bind"].dialect.name

    def close(self) -> None:
        self.town.close()
        if self.server is not None:
            self.server.close()

    def next(self) -> Story:
        return Story(self.town, next(self._names))


@pytest.fixture(scope="session")
def _towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Stories]]:
    towns: dict[str, Stories] = {}
    yield towns
    for stories in towns.values():
        stories.close()


@pytest.fixture(params=BACKENDS)
def stories(request: pytest.FixtureRequest, _towns: dict[str, Stories]) -> Iterator[Stories]:
    """The town of that database, on one machine."""
    yield from _kept(request, _towns, request.param, _here)


@pytest.fixture
def district(request: pytest.FixtureRequest, _towns: dict[str, Stories]) -> Iterator[Stories]:
    """A town on two machines, with PostgreSQL and a Redis for both."""
    if BACKENDS[-1] != "postgresql" or sys.platform != "linux":
        pytest.skip("several machines want PostgreSQL, and more than one loopback address")
    yield from _kept(request, _towns, "district", _there)


def _kept(
    request: pytest.FixtureRequest, towns: dict[str, Stories], name: str, make: Callable[[str, Path], Stories]
) -> Iterator[Stories]:
    """The town of that name; begun anew when the last story left it in ruins."""
    if name not in towns:
        towns[name] = make(name, request.getfixturevalue("tmp_path_factory").mktemp(f"town-{name}"))
    failed = request.session.testsfailed
    yield towns[name]
    towns[name].town.disarm()
    if request.session.testsfailed > failed:
        towns.pop(name).close()


def _here(database: str, folder: Path) -> Stories:
    engine = ENGINES[database](folder)
    METADATA.create_all(engine)
    return Stories(Town(folder, engine))


def _there(name: str, folder: Path) -> Stories:
    server = None if GIVEN else Server(f"{RUN}-{WORKER}")
    engine = make_engine(server.url) if server else _postgresql(folder)
    METADATA.create_all(engine)
    return Stories(Town(folder, engine, ("127.0.0.2", "127.0.0.3")), server)


def _sqlite(folder: Path) -> sa.Engine:
    return make_engine(f"sqlite:///{folder / 'jiafang.db'}")


def _postgresql(folder: Path) -> sa.Engine:
    name = f"jiafang_{folder.name}_{WORKER}".replace("-", "_")
    admin = sa.create_engine(GIVEN or _embedded(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.dispose()
    return make_engine(admin.url.set(database=name).render_as_string(hide_password=False))


ENGINES = {"sqlite": _sqlite, "postgresql": _postgresql}
