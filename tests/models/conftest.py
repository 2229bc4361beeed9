"""A school without anybody, and the demo school, for tests of the school's rows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from bot.sandbox.demo import load_demo
from models.school import School


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, 0, 5, tzinfo=UTC)


@pytest.fixture
def school(session: Session) -> School:
    school = School(key="test", name="试验小学", account="demo")
    session.add(school)
    session.flush()
    return school


@pytest.fixture
def demo(session: Session, now: datetime) -> School:
    return load_demo(session, now)
