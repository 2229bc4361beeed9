"""A town for each database, kept for all the stories of this process; and what a story without faults sounds like."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.base import make_engine
from models.tables import METADATA
from tests.conftest import BACKENDS, GIVEN, WORKER, _embedded
from tests.faults.story import Heard, Story, students
from tests.faults.town import Town

#: How often every fault is tried: `make chaos` asks for several rounds.
ROUNDS = int(os.environ.get("CHAOS", "0"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if ROUNDS and "stories" in metafunc.fixturenames:
        metafunc.fixturenames.append("again")
        metafunc.parametrize("again", range(ROUNDS))


class Stories:
    """Families one after the other, and what each of them ought to hear."""

    def __init__(self, town: Town) -> None:
        self.town, self._names = town, itertools.cycle(students(town))
        plain = self.next()
        self.expected: Heard = plain.live()
        plain.check(self.expected)

    @property
    def database(self) -> str:
        return self.town.world.sessions.kw["bind"].dialect.name

    def next(self) -> Story:
        return Story(self.town, next(self._names))


@pytest.fixture(scope="session")
def _towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Stories]]:
    towns: dict[str, Stories] = {}
    yield towns
    for stories in towns.values():
        stories.town.close()


@pytest.fixture(params=BACKENDS)
def stories(request: pytest.FixtureRequest, _towns: dict[str, Stories]) -> Stories:
    """The town of that database; begun anew when the last story left it in ruins."""
    known = _towns.get(request.param)
    if known is None:
        folder: Path = request.getfixturevalue("tmp_path_factory").mktemp(f"town-{request.param}")
        engine = ENGINES[request.param](folder)
        METADATA.create_all(engine)
        known = _towns[request.param] = Stories(Town(folder, engine))
    failed = request.session.testsfailed
    yield known
    known.town.disarm()
    if request.session.testsfailed > failed:
        _towns.pop(request.param).town.close()


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
