"""The sender: what is due is said once, by the way that is open, and every row ends with a name."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.config import Account, Config, Template
from bot.wechat.client import WeChat
from bot.wechat.errcodes import ERRCODES, Then
from handlers.announce import Silence, Spoken
from handlers.turn import Choice
from jobs.context import World
from jobs.delivery import Delivery
from jobs.pace import Pace
from models.base import Sessions, writing
from models.identity import SAID, Identity
from models.notification import OTHER, SAFETY, Notification, Owed, owe
from models.person import Person
from models.school import School
from models.writing import Busy
from tests import cast
from tests.cast import at
from tests.fake_wechat import FakeWeChat

NOW = at("11-23 08:05")
PACES = {"slow": 1, "quick": 1000}


@dataclass
class Announcing:
    """Says every row's kind; a test replaces what it likes."""

    says: Callable[[Notification], Any] = field(default=lambda row: Spoken(row.kind, f"{row.kind} {row.slot}"))
    told: list[int] = field(default_factory=list)

    def compose(self, session: Any, row: Notification, identity: Identity | None, now: datetime) -> Any:
        return self.says(row)

    def read_ahead(self, session: Any, rows: Any) -> None:
        return None

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


@pytest.mark.rule("rel.I9")
@pytest.mark.parametrize(("fence", "state"), [(1, "failed"), (2, "sending")], ids=["still ours", "taken meanwhile"])
def test_a_database_that_goes_while_the_outcome_is_written_down_is_told_again(office, fence, state):
    office.hears()
    office.fake.usual = {"errcode": 43004, "errmsg": "require subscribe"}
    row, gone = office.owe("a"), []

    def goes(session: sa.orm.Session, flushing: object) -> None:
        if office.fake.sent() and not gone:
            gone.append(session)
            raise Busy

    def meanwhile(session: sa.orm.Session) -> None:
        if gone == [session]:
            gone.append("rolled back")
            with office.sessions() as other:
                other.execute(sa.update(Notification).values(fence=fence))
                other.commit()

    sa.event.listen(office.sessions, "after_flush", goes)
    sa.event.listen(office.sessions, "after_rollback", meanwhile)
    office.deliver()
    assert (office.row(row).state, len(office.fake.sent())) == (state, 1)


def test_what_is_no_longer_true_is_dropped_with_its_reason(office):
    office.announcing.says = lambda row: Silence("cancelled")
    gone, late = office.owe("a"), office.owe("b", expires_at=NOW - timedelta(minutes=1))
    office.deliver()
    assert (office.row(gone).state, office.row(gone).reason) == ("dropped", "cancelled")
    assert (office.row(late).state, office.row(late).reason) == ("dropped", "expired")
    assert office.fake.calls == []


def test_who_is_not_reached_is_failed_and_a_person_told(office):
    office.announcing.says = lambda row: Spoken("nothing.fits", "…")
    row = office.owe()
    office.deliver()
    assert (office.row(row).state, office.row(row).reason) == ("failed", "unreachable")
    assert office.announcing.told == [row]


def test_a_poison_row_harms_only_itself(office):
    office.hears()
    office.hears(office.father)

    def says(row):
        if row.slot == "poison":
            raise KeyError("张小明")
        return Spoken(row.kind, row.slot)

    office.announcing.says = says
    poison, good = office.owe("poison"), office.owe("good", person=office.father)
    for _ in range(6):
        office.deliver()
        office.later(minutes=2)
    assert office.state(good) == ("sent", "text")
    assert (office.row(poison).state, office.row(poison).attempts) == ("failed", 5)
    assert office.row(poison).reason.startswith("incident ")
    assert office.announcing.told == [poison]


REFUSED = {"errcode": -1, "errmsg": "system error"}
CLOSED = {"errcode": 45015, "errmsg": "out of time"}
#: what WeChat answers to a text, then to what follows -> how the row ends, by which way, after how many sends
AFTERWARDS = {
    "busy for a moment": ([REFUSED], "sent", "text", 2),
    "busy for long": ([REFUSED] * 9, "sent", "text", 10),
    "a proxy's page": ([b"<html>"], "sent", "text", 2),
    "a page for half an hour": ([b"<html>"] * 4, "sent", "text", 5),
    "no window after all": ([CLOSED], "sent", "template", 2),
    "the window used up": ([{"errcode": 45047}], "sent", "template", 2),
    "the person takes no messages": ([{"errcode": 48002}], "sent", "template", 2),
    "neither that nor a template": ([CLOSED, {"errcode": 43004}], "failed", None, 2),
    "a template that is refused": ([CLOSED, {"errcode": 47003, "errmsg": "data.thing1"}], "failed", None, 2),
    "the person has gone": ([{"errcode": 40003}], "failed", None, 1),
    "a text that is refused": ([{"errcode": 70000}], "failed", None, 1),
    "the minute's quota": ([{"errcode": 45011}] * 6, "sent", "text", 7),
    "a secret that is wrong": ([{"errcode": 40125}] * 3, "sent", "text", 4),
    "an unknown code": ([{"errcode": 99999}] * 9, "failed", None, 5),
}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", AFTERWARDS)
def test_every_refusal_ends_as_the_table_says(office, name):
    answers, state, channel, sends = AFTERWARDS[name]
    office.hears()
    row = office.owe(expires_at=NOW + timedelta(days=3))
    office.fake.answers.extend(answers)
    for _ in range(12):
        office.deliver()
        office.later(minutes=11)
        if office.row(row).state != "pending":
            break
    assert office.state(row) == (state, channel)
    assert len(office.fake.sent()) == sends
    assert office.announcing.told == ([row] if state == "failed" else [])


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.rule("rel.I7")
@pytest.mark.rule("rel.I17")
def test_whatever_code_a_person_is_refused_with_her_row_ends_and_is_not_called_sent(office):
    """But for the day's quota, which closes the channel for all."""
    codes = [code for code, meaning in ERRCODES.items() if meaning.then is not Then.NEXT_DAY]
    people = crowd(office, len(codes))
    with office.sessions() as session:
        refused = {Identity.of_person(session, p, "demo").openid: codes[n] for n, p in people}
    office.fake.usual = lambda handler, calls=office.fake.calls: handler.answer(
        {"errcode": refused[calls[-1][2]["touser"]]}
    )
    rows = {codes[n]: office.owe(person=p, expires_at=NOW + timedelta(hours=1)) for n, p in people}
    for _ in range(8):
        office.deliver(concurrency=1)
        office.later(minutes=11)
    ends = {code: office.row(row).state for code, row in rows.items()}
    assert {code: end for code, end in ends.items() if end not in ("failed", "dropped", "unknown")} == {}


def test_a_day_quota_closes_the_channel_until_midnight(office):
    office.hears()
    first, second = office.owe("a"), office.owe("b")
    office.fake.answers.append({"errcode": 45009, "errmsg": "reach max api daily quota limit"})
    delivery = Delivery(office.world, office.announcing, concurrency=1)
    delivery.deliver()
    assert office.row(first).due_at == at("11-24 00:00")
    assert office.row(first).attempts == 0
    assert office.state(second) == ("sent", "template")
    office.clock.at = at("11-24 00:00")
    delivery.deliver()
    assert office.state(first) == ("sent", "text")


def test_without_an_end_of_its_own_a_row_outlives_two_hours_of_trouble(office):
    office.hears()
    row = office.owe()
    office.fake.usual = REFUSED
    office.deliver()
    office.later(hours=1, minutes=59)
    office.deliver()
    assert office.row(row).state == "pending"
    office.later(minutes=10)
    office.deliver()
    assert (office.row(row).state, office.announcing.told) == ("failed", [row])


def test_a_platform_that_does_not_answer_is_left_alone(office):
    rows = [office.owe(str(n), kind=f"reminder.{n}", person=person) for n, person in crowd(office, 12)]
    office.fake.usual = silence
    delivery = Delivery(office.world, office.announcing, concurrency=1)
    delivery.deliver()
    states = [office.row(row).state for row in rows]
    assert len(office.fake.sent()) == 5
    assert states.count("unknown") == 5
    assert states.count("pending") == 7


def crowd(office: Office, count: int) -> list[tuple[int, int]]:
    """So many guardians who have just written."""
    with writing(office.sessions) as session:
        school = session.get(School, office.school)
        people = [Person.new(school, f"guardian {n}") for n in range(count)]
        session.add_all(people)
        session.flush()
        for person in people:
            cast.bind(session, person).open_window(SAID, NOW)
        return [(n, person.id) for n, person in enumerate(people)]


def silence(handler: Any) -> None:
    handler.close_connection = True


@pytest.mark.parametrize(("priority", "state", "sends"), [(OTHER, "unknown", 1), (SAFETY, "sent", 2)])
def test_a_text_that_may_have_gone_is_not_sent_again_but_for_safety(office, priority, state, sends):
    office.hears()
    row = office.owe(priority=priority)
    office.fake.answers.append(silence)
    for _ in range(3):
        office.deliver()
        office.later(minutes=1)
    assert office.row(row).state == state
    assert len(office.fake.sent()) == sends


def test_a_template_that_may_have_gone_goes_again_with_the_same_mark(office):
    row = office.owe()
    office.fake.answers.extend([silence, silence])
    for _ in range(4):
        office.deliver()
        office.later(seconds=30)
    assert office.row(row).state == "sent"
    assert {call["client_msg_id"] for call in office.fake.sent()} == {f"jf-{row}-0"}
    assert len(office.fake.sent()) == 3


@pytest.mark.parametrize("then", [[], [{"errcode": -1}], [{"errcode": 45011}], [silence]])
@pytest.mark.rule("rel.I8")
def test_a_template_that_may_have_gone_does_not_go_as_a_text_when_a_window_opens(office, then):
    row = office.owe()
    office.fake.answers.extend([silence, silence, *then])
    office.deliver()
    office.hears()
    for _ in range(4):
        office.deliver()
        office.later(minutes=1)
    assert office.state(row) == ("sent", "template")
    assert {call.get("client_msg_id") for call in office.fake.sent()} == {f"jf-{row}-0"}


@pytest.mark.rule("rel.I8")
def test_nor_does_one_that_a_dead_sender_held(office):
    row = office.owe()
    lost(office, row, "template")
    office.hears()
    office.deliver()
    assert office.state(row) == ("sent", "template")


def test_a_mark_is_not_relied_on_beyond_its_life(office):
    row = office.owe()
    office.fake.answers.extend([silence, silence])
    office.deliver()
    with writing(office.sessions) as session:
        session.get(Notification, row).due_at = NOW + timedelta(minutes=9, seconds=30)
    office.later(minutes=9, seconds=30)
    office.deliver()
    assert (office.row(row).state, len(office.fake.sent())) == ("unknown", 2)


def lost(office: Office, row: int, channel: str) -> None:
    """A sender took the row and died."""
    with writing(office.sessions) as session:
        held = session.get(Notification, row)
        held.state, held.channel, held.attempts, held.fence, held.tried_at = "sending", channel, 1, 1, NOW
        held.lease_until = datetime.now(UTC) - timedelta(seconds=1)


def test_what_a_dead_sender_held_is_taken_up_again(office):
    office.hears()
    text, template = office.owe("a"), office.owe("b", person=office.father)
    lost(office, text, "text")
    lost(office, template, "template")
    office.deliver()
    assert (office.row(text).state, office.row(text).reason) == ("unknown", "sender died")
    assert office.state(template) == ("sent", "template")


def test_a_row_in_another_senders_hand_is_left_to_it(office):
    row = office.owe()
    with writing(office.sessions) as session:
        held = session.get(Notification, row)
        held.state, held.lease_until = "sending", datetime.now(UTC) + timedelta(seconds=10)
    assert office.deliver() == 0


def test_a_late_sender_does_not_write_over_a_newer_claim(office):
    office.hears()
    row = office.owe()

    def steal(handler: Any) -> None:
        with writing(office.sessions) as session:
            held = session.get(Notification, row)
            held.fence, held.reason = held.fence + 1, "the newer claim"
        handler.answer({"errcode": -1})

    office.fake.answers.append(steal)
    office.deliver()
    assert (office.row(row).state, office.row(row).reason) == ("sending", "the newer claim")
    assert office.announcing.told == []


def test_to_one_person_messages_keep_their_order(office):
    office.hears()
    for slot in "abcd":
        office.owe(slot)
    office.fake.answers.extend([{"errcode": 0}, REFUSED, REFUSED])
    for _ in range(4):
        office.deliver(concurrency=8)
        office.owe("e")
        office.later(seconds=6)
    texts = [call["text"]["content"][-1] for call in office.fake.sent() if call["msgtype"] == "text"]
    assert texts == ["a", "b", "b", "b", "c", "d", "e"]
    assert [office.row(n).state for n in range(1, 6)] == ["sent"] * 5


def test_safety_goes_before_all_others(office):
    office.hears()
    office.owe("later")
    office.owe("now", priority=SAFETY)
    office.deliver(concurrency=1)
    texts = [call["text"]["content"].split()[1] for call in office.fake.sent("custom")]
    assert texts == ["now", "later"]
    assert len(office.fake.sent("template")) == 1  # safety goes by every way at once


def test_many_go_side_by_side_and_each_once(office):
    for number, person in crowd(office, 60):
        office.owe(str(number), person=person)
    office.fake.delay = 0.05
    begun = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: office.deliver(concurrency=16), range(2)))
    assert sum(done) == 60
    assert len({call["touser"] for call in office.fake.sent()}) == len(office.fake.sent()) == 60
    assert time.monotonic() - begun < 2.0


def test_choices_go_along_in_the_text(office):
    office.hears()
    office.announcing.says = lambda row: Spoken("visit", "可以吗？", (Choice(7, "可以"),))
    office.owe()
    office.deliver()
    assert "msgmenuid=7" in office.fake.sent()[0]["text"]["content"]


def test_the_pace_of_an_account_is_kept():
    pace, begun = Pace(100), time.monotonic()
    assert all(pace.enter(begun + 5) for _ in range(20))
    assert 0.18 < time.monotonic() - begun < 0.4
    assert not Pace(1).enter(begun - 1)


@pytest.mark.rule("rel.I17")
def test_safety_passes_those_who_wait_for_their_turn_and_they_wait_the_longer():
    pace, begun = Pace(20), time.monotonic()
    assert pace.enter(begun + 5)
    assert all(pace.enter(begun + 5, at_once=True) for _ in range(3))
    assert time.monotonic() - begun < 0.1
    assert pace.enter(begun + 5)
    assert time.monotonic() - begun > 0.18


@pytest.mark.rule("rel.I17")
def test_each_account_has_a_pace_of_its_own(office):
    slow, quick = (replace(office.world.config.wechat["demo"], name=name, pace=pace) for name, pace in PACES.items())
    config = replace(office.world.config, wechat={"slow": slow, "quick": quick})
    paces = Delivery(replace(office.world, config=config), office.announcing)._paces
    begun = time.monotonic()
    assert [paces["slow"].enter(begun + 0.9) for _ in range(2)] == [True, False]
    assert all(paces["quick"].enter(begun + 0.9) for _ in range(5))
