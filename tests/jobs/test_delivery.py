"""The sender: what is due is said once, by the way that is open, and every row ends with a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.config import Account, Config, Template
from bot.wechat.client import WeChat
from handlers.announce import Silence, Spoken
from handlers.turn import Choice
from jobs.context import World
from jobs.delivery import Delivery
from models.base import Sessions, writing
from models.identity import SAID, Identity
from models.notification import OTHER, SAFETY, Notification, Owed, owe
from tests import cast
from tests.cast import at
from tests.fake_wechat import FakeWeChat

NOW = at("11-23 08:05")


@dataclass
class Announcing:
    """Says every row's kind; a test replaces what it likes."""

    says: Callable[[Notification], Any] = field(default=lambda row: Spoken(row.kind, f"{row.kind} {row.slot}"))
    told: list[int] = field(default_factory=list)

    def compose(self, session: Any, row: Notification, identity: Identity | None, now: datetime) -> Any:
        return self.says(row)

    def unreachable(self, session: Any, row: Notification, now: datetime) -> None:
        self.told.append(row.id)


class TurnedClock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


class Office:
    """A school with an outbox, a clock and a platform."""

    def __init__(self, sessions: Sessions, fake: FakeWeChat, folder: Path) -> None:
        self.sessions, self.fake, self.announcing, self.clock = sessions, fake, Announcing(), TurnedClock()
        account = Account(name="demo", appid="wxsandbox01", secret="s" * 16, token="t" * 16, pace=1000,
                          api_base=fake.url, templates={"reminder": Template("tpl-1", fields={"thing1": "student"})})  # fmt: skip
        config = Config(folder / "c.toml", folder, folder, wechat={"demo": account})
        self.world = World(config, sessions, self.clock, {"demo": WeChat(account, None, deadline=1.0)})
        with writing(sessions) as session:
            people = cast.enter(session)
            self.school, self.mother, self.father = people.school.id, people.mother.id, people.father.id

    def owe(self, slot: str = "", person: int | None = None, **what: Any) -> int:
        with writing(self.sessions) as session:
            what = {"kind": "reminder.day", "due_at": NOW, **what}
            owe(session, [Owed(self.school, subject_id=1, person_id=person or self.mother, slot=slot, **what)], NOW)
            return session.scalars(sa.select(sa.func.max(Notification.id))).one()

    def hears(self, person: int | None = None) -> None:
        """The person wrote: her window is open."""
        with writing(self.sessions) as session:
            Identity.of_person(session, person or self.mother, "demo").open_window(SAID, self.clock.at)

    def deliver(self, **what: Any) -> int:
        return Delivery(self.world, self.announcing, **{"concurrency": 4, **what}).deliver()

    def later(self, **time: float) -> None:
        self.clock.at += timedelta(**time)

    def row(self, number: int) -> Notification:
        with self.sessions() as session:
            return session.get(Notification, number)

    def state(self, number: int) -> tuple[str, str | None]:
        row = self.row(number)
        return row.state, row.channel


@pytest.fixture
def fake() -> Iterator[FakeWeChat]:
    fake = FakeWeChat()
    yield fake
    fake.close()


@pytest.fixture
def office(sessions: Sessions, fake: FakeWeChat, tmp_path: Path) -> Office:
    return Office(sessions, fake, tmp_path)


def test_an_open_window_takes_the_text_and_is_spent(office):
    office.hears()
    row = office.owe("a")
    assert office.deliver() == 1
    assert office.state(row) == ("sent", "text")
    assert office.fake.sent()[0]["text"]["content"] == "reminder.day a"
    with office.sessions() as session:
        assert Identity.of_person(session, office.mother, "demo").said_left == 4


def test_without_a_window_a_template_goes_with_its_own_mark(office):
    office.fake.usual = {"errcode": 0, "errmsg": "ok", "msgid": 31415}
    office.announcing.says = lambda row: Spoken("reminder", "…", (), {"student": "张" * 30})
    row = office.owe()
    office.deliver()
    (call,) = office.fake.sent()
    assert (call["client_msg_id"], call["template_id"]) == (f"jf-{row}-0", "tpl-1")
    assert call["data"]["thing1"]["value"] == "张" * 19 + "…"
    assert office.row(row).receipt == "31415"
