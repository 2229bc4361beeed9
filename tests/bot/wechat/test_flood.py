"""One phone that floods: everything is kept, nothing comes of what is too much, and the others do not notice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import Histogram

from bot.config import Account
from bot.wechat.flood import Buckets, Room, counts
from bot.wechat.webhook import Webhook
from handlers.texts import say
from handlers.turn import Answer, Said, Turn
from models.base import Sessions
from models.inbox import DONE, LET_BE, Inbound
from tests.bot.wechat.conftest import Platform, StoodClock, Webhooked

BURST, FLOOD = 10, 30
OTHER = "oTeacher_00000000000000000002"


class Flooded(Webhooked):
    """The webhook of one process, so that its buckets last from push to push."""

    def __init__(self, sessions: Sessions, account: Account) -> None:
        super().__init__(sessions, Platform(account))
        self.heard: list[str] = []
        self.webhook = Webhook({"demo": account}, sessions, StoodClock(), self.hear, None)

    def hear(self, turn: Turn) -> Answer:
        self.heard.append(turn.said.text)
        return Answer(f"heard: {turn.said.text}")

    def client(self, plain: bool = False) -> FlaskClient:
        app = Flask("test")
        app.register_blueprint(self.webhook.blueprint(Histogram("pushes", "", ["status"], registry=None)))
        return app.test_client()

    def states(self) -> Counter[str]:
        with self.sessions() as session:
            return Counter(session.scalars(sa.select(Inbound.state)))


@pytest.fixture
def flooded(sessions: Sessions, account: Account) -> Flooded:
    return Flooded(sessions, replace(account, burst=BURST))


@pytest.mark.rule("rel.T16")
def test_of_a_flood_each_message_is_kept_and_what_is_too_much_is_let_be(flooded: Flooded) -> None:
    answers = [flooded.say(f"{n}") for n in range(FLOOD)]
    done = len(flooded.heard)
    # A slow machine fills the bucket meanwhile: then some more are heard.
    assert BURST <= done < FLOOD
    assert flooded.states() == {DONE: done, LET_BE: FLOOD - done}
    assert set(answers) == {"", say("unclear.too_fast")} | {f"heard: {words}" for words in flooded.heard}
    assert flooded.say("hello", openid=OTHER) == "heard: hello"


@pytest.mark.rule("rel.T16")
def test_a_push_that_was_let_be_stays_so_when_it_comes_again(flooded: Flooded) -> None:
    for n in range(BURST):
        flooded.say(f"{n}")
    told = next(n for n in range(BURST, FLOOD) if flooded.say(f"{n}", number=n + 1) == say("unclear.too_fast"))
    heard = list(flooded.heard)
    flooded.webhook = Webhook({"demo": flooded.platform.account}, flooded.sessions, StoodClock(), flooded.hear, None)
    assert flooded.say(f"{told}", number=told + 1) == say("unclear.too_fast")
    assert flooded.heard == heard


@pytest.mark.rule("rel.T16")
def test_a_push_that_was_answered_gets_its_answer_again_in_the_middle_of_a_flood(flooded: Flooded) -> None:
    assert flooded.say("first", number=1) == "heard: first"
    while not flooded.states()[LET_BE]:
        flooded.say("more")
    assert flooded.say("first", number=1) == "heard: first"


COUNTED = [
    (Said("text", "可以"), True),
    (Said("voice"), True),
    (Said("click", key="my_visits"), True),
    (Said("text", "救命"), False),
    (Said("text", "孩子说不想活了"), False),
    (Said("follow"), False),
    (Said("unfollow"), False),
    (Said("sent"), False),
    (Said("permit"), False),
]


@pytest.mark.rule("rel.T16")
@pytest.mark.parametrize(("spoken", "counted"), COUNTED)
def test_cries_for_help_and_the_platforms_reports_are_not_counted(spoken: Said, counted: bool) -> None:
    assert counts(spoken) is counted


ENOUGH, NONE, JUST_GONE = Room.ENOUGH, Room.NONE, Room.JUST_GONE
RUNS = [
    ([0, 0, 0, 0], [ENOUGH, ENOUGH, JUST_GONE, NONE]),
    ([0, 0, 0, 1, 1], [ENOUGH, ENOUGH, JUST_GONE, ENOUGH, NONE]),
    ([0, 0, 0.5, 0.9, 1.0], [ENOUGH, ENOUGH, JUST_GONE, NONE, ENOUGH]),
    ([0, 0, 100, 100, 100], [ENOUGH, ENOUGH, ENOUGH, ENOUGH, JUST_GONE]),
]


@pytest.mark.parametrize(("moments", "rooms"), RUNS)
def test_a_bucket_of_two_fills_by_one_a_second(moments: list[float], rooms: list[Room]) -> None:
    buckets = Buckets(2)
    assert [buckets.room("o", moment) for moment in moments] == rooms


def test_of_too_many_buckets_the_one_touched_longest_ago_is_forgotten() -> None:
    buckets = Buckets(1, kept=2)
    assert [buckets.room(who, 0) for who in "abba"] == [ENOUGH, ENOUGH, JUST_GONE, JUST_GONE]
    buckets.room("c", 0)
    assert (buckets.room("a", 0), buckets.room("b", 0)) == (NONE, ENOUGH)
