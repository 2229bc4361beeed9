"""What an operator's Prometheus reads at `/metrics`: counts and ages, nobody's data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import health
from models.base import Sessions, reading
from models.identity import Identity
from models.inbox import FAILED, LET_BE, Inbound
from models.notification import PENDING, Notification

#: Outcomes are counted over so many of the newest messages: enough for an alarm, cheap at any size.
NEWEST = 10_000
#: Seconds; WeChat gives up at five.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Figures:
    """The web process's own latency, and what the database says at the moment of asking."""

    def __init__(self, sessions: Sessions, now: Callable[[], datetime]) -> None:
        self._registry = CollectorRegistry()
        self.pushes = Histogram(
            "jiafang_push_seconds", "How long WeChat waited for an answer", ["status"], buckets=BUCKETS,
            registry=self._registry,
        )  # fmt: skip
        self._registry.register(_Database(sessions, now))

    def page(self) -> bytes:
        """All of it in Prometheus's own text."""
        return generate_latest(self._registry)


class _Database(Collector):
    def __init__(self, sessions: Sessions, now: Callable[[], datetime]) -> None:
        self._sessions, self._now = sessions, now

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        told = health.state(self._sessions, None, self._now())
        yield _one("jiafang_up", "1 while pushes are taken", int(told["state"] != "down"))
        if told["database"] != "ok":
            return
        yield _one("jiafang_beat_age_seconds", "Since the last sign of a beat", told["beat"]["age"])
        yield _one("jiafang_workers", "Workers heard within the last minute", told["workers"])
        yield _one("jiafang_fetching", "Voice messages and photos that wait to be fetched", told["fetching"])
        yield _one("jiafang_outbox_overdue", "Messages that wait for more than a minute", told["outbox"]["overdue"])
        yield _one("jiafang_outbox_oldest_seconds", "How late the oldest of them is", told["outbox"]["oldest"] or 0)
        yield _one("jiafang_sending_stopped", "Schools that have stopped sending", told["sending"]["stopped"])
        try:
            with reading(self._sessions) as session:
                yield from _counted(session, self._now())
        except SQLAlchemyError:
            return


def _counted(session: Session, now: datetime) -> Iterator[GaugeMetricFamily]:
    newest = session.scalar(sa.select(sa.func.max(Notification.id))) or 0
    ends = GaugeMetricFamily(
        "jiafang_messages", f"The newest {NEWEST} messages by what came of them", labels=["state", "channel"]
    )
    query = sa.select(Notification.state, Notification.channel, sa.func.count()).where(
        Notification.id > newest - NEWEST
    )
    for state, channel, count in session.execute(query.group_by(Notification.state, Notification.channel)):
        ends.add_metric([state, channel or "none"], count)
    yield ends
    waiting = sa.select(sa.func.count()).where(Notification.state == PENDING)
    yield _one("jiafang_outbox_pending", "Messages that wait for their hour or their turn", session.scalar(waiting))
    open_windows = sa.select(sa.func.count()).where(Identity.said_left > 0, Identity.said_until > now)
    yield _one(
        "jiafang_windows_open", "People who can be written to for nothing just now", session.scalar(open_windows)
    )
    newest_in = session.scalar(sa.select(sa.func.max(Inbound.id))) or 0
    ended = sa.select(Inbound.state, sa.func.count()).where(Inbound.id > newest_in - NEWEST).group_by(Inbound.state)
    states: dict[str, int] = dict(session.execute(ended).all())
    yield _one("jiafang_incidents", f"Bugs of ours among the newest {NEWEST} pushes", states.get(FAILED, 0))
    yield _one("jiafang_let_be", f"Sent too fast, among the newest {NEWEST} pushes", states.get(LET_BE, 0))


def _one(name: str, what: str, value: float | None) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, value=float("nan") if value is None else value)
