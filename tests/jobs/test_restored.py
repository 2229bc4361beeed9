"""A backup put back at any moment: of all that is owed afterwards nothing had been said before (rel.I20)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.timetable import next_at, plan_all
from models import restored, sending
from models.base import Sessions, make_engine, writing
from models.base import sessions as make_sessions
from models.notification import DROPPED, PENDING, SENT, Notification
from models.school import School
from models.tables import METADATA
from models.visit import Visit
from tests import cast
from tests.cast import at

Key = tuple[str, int, int, str, int]
BEGIN, END = at("11-26 18:00"), at("11-29 08:00")


def opened(file: Path) -> Sessions:
    return make_sessions(make_engine(f"sqlite:///{file}"))


def keys(session: Session, *states: str) -> set[Key]:
    n = Notification
    query = sa.select(n.kind, n.subject_id, n.round, n.slot, n.person_id).where(n.state.in_(states))
    return {tuple(row) for row in session.execute(query)}


def live(factory: Sessions, since: datetime, until: datetime) -> None:
    """The school's hours pass: everything that falls due is planned, and what is due is sent at once."""
    now = since
    while now <= until and now < END:
        with writing(factory) as session:
            plan_all(session, now)
            due = sa.update(Notification).where(Notification.state == PENDING, Notification.due_at <= now)
            session.execute(due.values(state=SENT, done_at=now))
            now = next_at(session, now) or END


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, _master_key: None) -> Path:
    """A school with a visit to be confirmed, one to be held, and one whose offer nobody answers."""
    file = tmp_path_factory.mktemp("restored") / "school.db"
    factory = opened(file)
    METADATA.create_all(factory.kw["bind"])
    with writing(factory) as session:
        people = cast.enter(session)
        people.confirmed("11-28 15:00", "11-25 08:00")
        people.held("11-25 16:00", "11-25 16:40", teacher=people.chen)
        other = cast.pupil(session, people.school_class, "20230208", "李雷")
        cast.guardian(session, other, "妈妈", 0)
        people.visit("11-30 18:00", "11-25 18:00", student=other)
        plan_all(session, BEGIN)
    factory.kw["bind"].dispose()
    return file


def copied(source: Path, target: Path) -> Sessions:
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    return opened(target)


@pytest.mark.rule("rel.I20")
@pytest.mark.parametrize(
    ("made", "lost"),
    [
        ("11-26 19:00", "11-28 15:30"),
        ("11-27 17:59", "11-27 18:00"),
        ("11-28 13:30", "11-28 14:00"),
    ],
)
def test_nothing_is_said_twice_whenever_it_is_restored(full: Path, tmp_path: Path, made: str, lost: str) -> None:
    first = copied(full, tmp_path / "first.db")
    live(first, BEGIN, at(made))
    again = copied(tmp_path / "first.db", tmp_path / "again.db")
    live(first, at(made), at(lost))
    with first() as session:
        said = keys(session, SENT)
    with writing(again) as session:
        restored.hold_back(session, at(lost), at(lost))
        before = keys(session, SENT)
        sending.start(session, session.scalars(sa.select(School)).one(), at(lost))
    live(again, at(lost), END)
    with again() as session:
        afterwards = keys(session, SENT, PENDING) - before
        assert said & afterwards == set()
        assert afterwards


@pytest.mark.rule("rel.I20")
def test_what_falls_due_in_the_gap_still_changes_its_row(full: Path, tmp_path: Path) -> None:
    """An offer that lapsed meanwhile lapses; its teacher has perhaps been told and is not told again."""
    again = copied(full, tmp_path / "again.db")
    with writing(again) as session:
        restored.hold_back(session, at("11-29 12:00"), at("11-29 12:00"))
        plan_all(session, at("11-29 12:00"))
    with again() as session:
        assert session.scalars(sa.select(Visit.state).where(Visit.starts_at == at("11-30 18:00"))).one() == "lapsed"
        row = session.scalars(sa.select(Notification).where(Notification.kind == "offer.lapsed")).one()
        assert (row.state, row.reason) == (DROPPED, "restored")


@pytest.mark.rule("rel.I20")
def test_a_person_may_release_what_was_held_back(full: Path, tmp_path: Path) -> None:
    again = copied(full, tmp_path / "again.db")
    now = at("11-27 18:30")
    with writing(again) as session:
        restored.hold_back(session, now, now)
        plan_all(session, now)
        school = session.scalars(sa.select(School)).one()
        held = restored.held_back(session, school)
        assert school.sending_stopped_at == now
        assert 0 < restored.release(session, school, now) <= held
        assert ("reminder.evening", 1) in {(k[0], k[1]) for k in keys(session, PENDING)}
