"""Several processes of several threads want the same hour of the same person: exactly one gets it (B12, rel.I13)."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models import sealed
from models.base import Sessions, make_engine, reading, writing
from models.base import sessions as make_sessions
from models.errors import Refused
from models.hours import HeldHour, granules
from models.person import Person
from models.student import Student
from models.visit import Visit
from models.visit_life import GUARDIAN, PHONE, TEACHER, Actor
from models.visit_plan import Plan
from tests.cast import at, enter, mentor, sibling, staff
from tests.conftest import TESTS_KEY

NOW, WANTED = at("11-23 08:00"), at("11-28 15:00")
PROCESSES, THREADS = 3, 4
RACERS = PROCESSES * THREADS
ROUNDS = 3  #: of each race, at another hour


@dataclass
class Field:
    """Row ids: every racer has a child and visits of its own, all want the same person's hour."""

    teacher: int = 0
    mother: int = 0
    children: list[int] = field(default_factory=list)
    visits: dict[tuple[str, int, int], int] = field(default_factory=dict)  #: by deed, round and racer


def book(session: Session, stage: Field, number: int, racer: int, hour: datetime) -> None:
    teacher, child = session.get_one(Person, stage.teacher), session.get_one(Student, stage.children[racer])
    Visit.propose(session, Plan(teacher, child, hour, PHONE), NOW)


def confirm(session: Session, stage: Field, number: int, racer: int, hour: datetime) -> None:
    """Other teachers have asked for the same hour of the same mother."""
    visit = session.get_one(Visit, stage.visits["confirm", number, racer])
    visit.confirm(session, Actor(GUARDIAN, stage.mother), NOW)


def move(session: Session, stage: Field, number: int, racer: int, hour: datetime) -> None:
    visit = session.get_one(Visit, stage.visits["move", number, racer])
    visit.move(session, Actor(TEACHER, stage.teacher), hour, NOW)


def book_or_move(session: Session, stage: Field, number: int, racer: int, hour: datetime) -> None:
    (book if racer % 2 else move)(session, stage, number, racer, hour)


RACES: tuple[Callable[..., None], ...] = (book, confirm, move, book_or_move)


def hour_of(race: int, number: int) -> datetime:
    return WANTED + timedelta(hours=race * ROUNDS + number)


@pytest.fixture
def stage(sessions: Sessions) -> Field:
    sealed.use_master_key(TESTS_KEY)  # which the other processes have
    with writing(sessions, 30) as session:
        cast = enter(session)
        stage = Field(cast.wang.id, cast.mother.id)
        for racer in range(RACERS):
            child = sibling(cast, f"9{racer:03}", f"学生{racer}", cast.mother)
            other = staff(session, cast.school, f"教师{racer}", mentor(cast.school_class))
            stage.children.append(child.id)
            for number in range(ROUNDS):
                asked = Visit.propose(session, Plan(other, child, hour_of(1, number), PHONE), NOW)
                stage.visits["confirm", number, racer] = asked.id
                # Moved from hours that nobody else wants.
                start = WANTED + timedelta(days=7, hours=racer, minutes=20 * number)
                stage.visits["move", number, racer] = Visit.propose(
                    session, Plan(cast.wang, child, start, PHONE), NOW
                ).id
        return stage


def run(url: str, process: int, stage: Field, gate: Barrier, told: multiprocessing.Queue) -> None:
    """One process: its threads go through all races together with those of the others."""
    sealed.use_master_key(TESTS_KEY)
    sessions = make_sessions(make_engine(url))

    def ride(racer: int) -> None:
        for race, deed in enumerate(RACES):
            for number in range(ROUNDS):
                gate.wait(60)
                told.put((deed.__name__, number, _tried(sessions, deed, stage, number, racer, hour_of(race, number))))

    threads = [threading.Thread(target=ride, args=(process * THREADS + n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _tried(sessions: Sessions, deed: Callable[..., None], stage: Field, number: int, racer: int, hour: datetime) -> str:
    try:
        with writing(sessions, 30.0) as session:
            deed(session, stage, number, racer, hour)
    except (Refused, StaleDataError) as no:
        return getattr(no, "code", "stale")
    return "won"


@pytest.mark.slow
@pytest.mark.rule("B12")
@pytest.mark.rule("rel.I13")
def test_of_all_threads_of_all_processes_exactly_one_gets_the_hour(
    engine: sa.Engine, sessions: Sessions, stage: Field
) -> None:
    spawn = multiprocessing.get_context("spawn")
    gate, told = spawn.Barrier(RACERS), spawn.Queue()
    url = engine.url.render_as_string(hide_password=False)
    processes = [spawn.Process(target=run, args=(url, n, stage, gate, told)) for n in range(PROCESSES)]
    for process in processes:
        process.start()
    ends: dict[tuple[str, int], Counter[str]] = {}
    for _ in range(RACERS * len(RACES) * ROUNDS):
        name, number, end = told.get(timeout=60)
        ends.setdefault((name, number), Counter())[end] += 1
    for process in processes:
        process.join(30)
    assert ends == {(d.__name__, n): Counter(won=1, hours_taken=RACERS - 1) for d in RACES for n in range(ROUNDS)}
    with reading(sessions) as session:
        held = {(h.holder, h.granule, h.visit_id) for h in session.scalars(sa.select(HeldHour))}
        visits = session.scalars(sa.select(Visit))
        assert held == {(w, g, v.id) for v in visits for w, s, e in v.spans() for g in granules(s, e)}
