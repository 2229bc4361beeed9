"""What teachers and leaders ask for, at a school of 3,600 guardians, beside one bare look at its visits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.cli.bench.figures import Found
from bot.cli.bench.place import place
from bot.sandbox.big_school import ASKED, settle_big
from handlers import router
from handlers.turn import Said, Turn
from models.base import Sessions, begin_to_write, writing
from models.conversation import Conversation
from models.identity import Identity
from models.person import Person, Role
from models.student import Student

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
ROUNDS = 7
FLOOR = "SELECT state, count(*) FROM visit WHERE school_id = 1 AND starts_at >= '2026-08-31' GROUP BY state"


def measure(database: str | None, rounds: int = ROUNDS) -> Found:
    """Milliseconds from the words to the whole answer, stored; the median of some rounds after one that warms up."""
    with place(database) as here:
        with writing(here.sessions, 60) as session:
            settle_big(session, NOW)
        here.count()
        found = Found("lists", f"1,800 students, 3,600 guardians, a term of visits, {here.database}")
        for name, ask in questions(here.sessions):
            found.rows[name] = _figures([_timed(here.sessions, ask) for _ in range(rounds + 1)][1:])
        bare = [_timed(here.sessions, lambda s: s.execute(sa.text(FLOOR)).all()) for _ in range(rounds)]
        found.also |= {f"bare count, {name}": round(took, 3) for name, took in _figures(bare).items()}
    return found


def _figures(took: list[tuple[float, float]]) -> dict[str, float]:
    """By the clock, and what of it was work of this process: on a busy machine the two differ."""
    wall, work = zip(*took, strict=True)
    return {"ms": median(wall), "slowest ms": max(wall), "cpu ms": median(work)}


def questions(sessions: Sessions) -> Iterator[tuple[str, Callable[[Session], object]]]:
    """Each question under a name, asked by the first person of that part."""
    with sessions() as session:
        asking = {part: _first(session, part) for part in ASKED}
        pupil = session.scalars(sa.select(Student.name).order_by(Student.id)).first()
    for part, lines in ASKED.items():
        for line in lines:
            words = line.format(student=pupil)
            yield f"{part} {words}", partial(_ask, asking[part], words)


def _first(session: Session, part: str) -> int:
    query = sa.select(Person.id).join(Role).where(Role.name == part).order_by(Person.id)
    return session.scalars(query).first() or 0


def _ask(person_id: int, words: str, session: Session) -> object:
    identity = Identity.of_person(session, person_id, "demo")
    assert identity is not None
    conversation = Conversation.of(session, identity.id, NOW)
    return router.answer(Turn(session, NOW, "demo", identity, conversation, Said("text", words)))


def _timed(sessions: Sessions, ask: Callable[[Session], object]) -> tuple[float, float]:
    """One turn as the door runs it: begun, answered, written, and here undone."""
    with sessions() as session:
        begin_to_write(session, 5.0)
        begun, worked = time.perf_counter(), time.process_time()
        ask(session)
        session.flush()
        took = (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000
        session.rollback()
    return took
