"""A term's outbox costs the sender no more than a day's: nothing reads what was sent long ago, and nothing is sorted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import health
from bot.cli.bench import due
from jobs import glance
from jobs.recipients import Recipients
from models.claim import claim
from models.notification import SENDING, Notification, next_due
from models.person import Person
from models.school import School
from tests.cast import at

NOW = at("11-27 17:00")
LEASE = timedelta(seconds=20)


@pytest.fixture
def outbox(session: Session) -> Session:
    """100,000 messages, 5,000 of them due and 5,000 to come; nothing of it is committed."""
    school = School(key="test", name="test", account="demo")
    session.add(school)
    session.flush()
    session.add_all(Person.new(school, f"person {n}") for n in range(1000))
    session.flush()
    if session.get_bind().dialect.name == "postgresql":  # to look every row's person up takes longer than all the rest
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    due.fill(session, 0, 100_000, NOW)
    # One in a dead sender's hand, one of each priority.
    held = {"state": SENDING, "lease_until": NOW - LEASE}
    for number, what in enumerate([{"priority": 0}, {"priority": 1}, held], start=2):
        session.execute(sa.update(Notification).where(Notification.subject_id == 2 * number).values(**what))
    session.execute(sa.text("ANALYZE"))
    return session


def plans(session: Session, work: Callable[[Session], object], about: str = "notification") -> dict[str, str]:
    """Every statement about the outbox that the work needs, and how the database goes about it."""
    asked, connection, engine = [], session.connection(), session.get_bind()

    def note(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    work(session)
    sa.event.remove(engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    return {
        statement: "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))
        for statement, parameters in asked
        if re.search(about, statement)
    }


def by_index_alone(plan: str) -> bool:
    """Neither a walk through the table nor a sort."""
    table = "SCAN notification" in plan.replace("SCAN notification USING", "") or "Seq Scan on notification" in plan
    return not (table or "TEMP B-TREE" in plan or "Sort" in plan)


def claimed(session: Session) -> None:
    rows = claim(session, NOW, NOW, LEASE, 48)
    assert [row.subject_id for row in rows[:3]] == [4, 8, 6]  # safety, what a dead sender held, a visit of today
    assert len(rows) == 48
    assert {row.due_at for row in rows} == {NOW - timedelta(hours=1)}


def waited_for(session: Session) -> None:
    people = session.scalars(sa.select(Person.id).limit(48))
    Recipients.of(session, [Notification(id=0, person_id=number) for number in people], NOW)


LOOKS = {
    "what is next": next_due,
    "a beat": lambda session: session.execute(glance.LOOK).one(),
    "the state of health": lambda session: [session.execute(query, {"late": NOW}).one() for query in health.OVERDUE],
    "who has something on its way": waited_for,
    "a claim": claimed,
}


@pytest.mark.rule("rel.I9")
def test_the_sender_and_the_beat_read_only_what_is_not_sent_yet(outbox):
    found = {name: plans(outbox, work) for name, work in LOOKS.items()}
    assert {name: len(plan) for name, plan in found.items()}["a claim"] == 3  # due, lost, and taking them
    bad = [(name, plan) for name, each in found.items() for plan in each.values() if not by_index_alone(plan)]
    assert bad == []
