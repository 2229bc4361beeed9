"""A school's database for one test, and its demo school."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from bot.sandbox.demo import load_demo
from models import sealed
from models.base import make_engine
from models.school import School
from models.tables import METADATA

NOW = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def session() -> Iterator[Session]:
    sealed.use_master_key(b"a key for tests".ljust(32, b"."))
    engine = make_engine("sqlite://")
    METADATA.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


@pytest.fixture
def school(session: Session) -> School:
    school = School(key="test", name="试验小学", account="demo")
    session.add(school)
    session.flush()
    return school


@pytest.fixture
def demo(session: Session, now: datetime) -> School:
    return load_demo(session, now)
