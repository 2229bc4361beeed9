"""What Prometheus reads: counts and ages, and nobody's data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from bot.figures import Figures
from models.base import Sessions, writing
from models.identity import Identity
from models.notification import Notification
from models.person import Person
from models.school import School

NOW = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)


def read(figures: Figures) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(figures.page().decode())
    return {
        (s.name, *(s.labels[k] for k in sorted(s.labels, reverse=True))): s.value
        for family in families
        for s in family.samples
    }


def test_messages_are_counted_by_what_came_of_them(sessions: Sessions) -> None:
    with writing(sessions) as session:
        school = School(key="test", name="A", account="demo")
        session.add(school)
        session.flush()
        person = Person.new(school, "王敏")
        window = Identity(account="demo", openid="o-canary", said_left=5, said_until=NOW + timedelta(hours=1))
        session.add_all([person, window])
        session.flush()
        for number, (state, channel) in enumerate(
            [("sent", "text"), ("sent", "text"), ("unknown", "template"), ("pending", None)]
        ):
            row = Notification(school_id=school.id, kind="visit.offer", subject_id=number, person_id=person.id)
            row.due_at, row.state, row.channel, row.facts, row.created_at = (
                NOW - timedelta(minutes=5),
                state,
                channel,
                {},
                NOW,
            )
            session.add(row)
    figures = Figures(sessions, lambda: NOW)
    figures.pushes.labels("200").observe(0.02)
    told = read(figures)
    assert told["jiafang_messages", "sent", "text"] == 2
    assert told["jiafang_messages", "unknown", "template"] == 1
    assert (told["jiafang_outbox_overdue",], told["jiafang_outbox_oldest_seconds",]) == (1, 300)
    assert told["jiafang_windows_open",] == 1
    assert (told["jiafang_workers",], told["jiafang_fetching",]) == (0, 0)
    assert told["jiafang_push_seconds_count", "200"] == 1
    assert "canary" not in figures.page().decode()
    assert "王" not in figures.page().decode()


def test_without_a_database_it_says_so() -> None:
    class Away:
        def __call__(self) -> None:
            raise OperationalError("", {}, Exception())

    assert read(Figures(Away(), lambda: NOW))["jiafang_up",] == 0


def test_every_figure_is_explained_to_whoever_looks_after_the_machine(sessions: Sessions) -> None:
    page = Figures(sessions, lambda: NOW).page().decode()
    named = {line.split()[2].removesuffix("_created") for line in page.splitlines() if line.startswith("# HELP")}
    explained = Path("docs/operations.md").read_text("utf-8")
    assert [name for name in sorted(named) if f"`{name}" not in explained and f"({name}_" not in explained] == []
