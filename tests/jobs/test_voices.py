"""Voice messages: heard once whatever happens, answered in the chat, and never guessed at (rulings 38)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from wechatpy import parse_message

from bot.config import Account, Config
from bot.sandbox.media import record_voice
from bot.wechat import turns
from bot.wechat.client import WeChat
from bot.wechat.envelope import Push
from handlers import router
from jobs import beat, voices
from jobs.beat import Beat
from jobs.context import World
from jobs.delivery import Delivery
from models.base import Sessions, writing
from models.identity import Binding, Identity
from models.inbox import DONE, WAITING, Inbound
from models.notification import Notification
from models.visit import Visit
from tests import cast
from tests.cast import EARLIER, at
from tests.fake_wechat import FakeWeChat

NOW = at("11-23 08:05")
YES = record_voice("可以的老师")
TYPE = "请打字告诉我"


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


class House:
    """A school that listens, and a mother who was asked for a visit."""

    def __init__(self, sessions: Sessions, fake: FakeWeChat, folder: Path) -> None:
        self.sessions, self.fake, self.clock, self.woken = sessions, fake, Clock(), 0
        self.account = Account(name="demo", appid="wxsandbox01", secret="s" * 16, token="t" * 16, api_base=fake.url,
                               original_id="gh_demo", recogniser="bot.sandbox.media:recognise")  # fmt: skip
        with writing(sessions) as session:
            people = cast.enter(session)
            self.visit = people.visit("11-28 15:00", "11-23 08:00").id
            self.mother, self.father, self.wang = people.mother.id, people.father.id, people.wang.id
            session.execute(sa.delete(Notification))
        self.world = World(
            Config(folder / "c.toml", folder, folder, wechat={"demo": self.account}),
            sessions, self.clock, {"demo": WeChat(self.account, None, deadline=1.0)}, concurrency=1,
        )  # fmt: skip

    def push(self, number: int = 1, person: int | None = None, kind: str = "voice") -> Push:
        openid = f"openid-of-{person or self.mother}"
        more = "<MediaId>m8</MediaId><MediaId16K>m16</MediaId16K>" if kind == "voice" else "<Event>unsubscribe</Event>"
        xml = (
            f"<xml><ToUserName>gh_demo</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>1</CreateTime>"
            f"<MsgType>{kind}</MsgType>{more}<MsgId>{number}</MsgId></xml>"
        )
        message = parse_message(xml)
        return Push("demo", "gh_demo", openid, str(number), xml, message, "n", self.clock.at)

    def speaks(self, *audio: Any, number: int = 1, person: int | None = None) -> turns.Taken:
        """Somebody speaks; this is what the platform then has of it."""
        self.fake.answers.extend(audio)
        return turns.take(self.account, self.sessions, self.push(number, person), router.answer)

    def hear(self) -> int:
        return voices.hear(self.world)

    def later(self) -> None:
        """The pause before the next attempt is over."""
        with writing(self.sessions) as session:
            session.execute(sa.update(Inbound).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))

    def told(self) -> list[str]:
        """Delivers; what the phones show."""
        Delivery(self.world, concurrency=1).deliver()
        return [call["text"]["content"] for call in self.fake.sent("custom/send")]

    def fetches(self) -> int:
        return sum(path.endswith("media/get") for path, _, _ in self.fake.calls)

    def rows(self, model: type) -> list[Any]:
        with self.sessions() as session:
            return list(session.scalars(sa.select(model).order_by(model.id)))

    def state(self) -> str:
        with self.sessions() as session:
            return session.get_one(Visit, self.visit).state


@pytest.fixture
def house(sessions: Sessions, tmp_path: Path) -> Iterator[House]:
    fake = FakeWeChat()
    yield House(sessions, fake, tmp_path)
    fake.close()


def test_what_was_said_acts_and_is_answered_with_what_was_heard(house):
    taken = house.speaks(YES)
    assert (taken.reply, taken.owes) == ("", True)
    assert house.hear() == 1
    (path, query, _), *_ = house.fake.calls
    assert (path, query["media_id"]) == ("/cgi-bin/media/get", "m16")
    voice, words = house.rows(Inbound)
    assert (voice.state, words.state, words.key) == (DONE, DONE, "1:heard")
    assert "可以".encode() not in words.body_sealed + words.reply_sealed
    assert house.state() == "confirmed"
    answer, *_ = house.told()
    assert answer.startswith("听到：“可以的老师”\n好的，已确认：11月28日（周六）下午3:00")


@pytest.mark.rule("rel.I3")
def test_the_same_push_again_has_no_second_effect(house):
    house.speaks(YES)
    assert house.speaks().reply == ""
    house.hear()
    assert house.speaks() == turns.Taken("")
    assert house.hear() == 0
    assert house.fetches() == 1
    assert len(house.rows(Inbound)) == 2


def test_what_is_heard_opens_no_second_window(house):
    house.speaks(YES)
    with writing(house.sessions) as session:
        Identity.of_person(session, house.mother, "demo").said_left = 3
    house.hear()
    with house.sessions() as session:
        assert Identity.of_person(session, house.mother, "demo").said_left == 3


def test_what_reaches_others_is_shown_first_and_its_numbers_work(house):
    house.speaks(record_voice("取消张小明的家访"), person=house.wang)
    house.hear()
    (answer,) = house.told()
    assert answer.startswith("听到：“取消张小明的家访”\n")
    assert "weixin://bizmsgmenu?msgmenucontent=" in answer
    assert house.state() == "proposed"
    typed = replace(house.push(2, house.wang), message=parse_message(_text("1")))
    turns.take(house.account, house.sessions, typed, router.answer)
    assert house.state() in ("withdrawn", "cancelled")


def _text(words: str) -> str:
    return f"<xml><MsgType>text</MsgType><Content>{words}</Content></xml>"


BUSY, PAGE, GONE = {"errcode": -1, "errmsg": "system error"}, b"<html>", {"errcode": 40007, "errmsg": "invalid"}
#: what the platform gives -> how often it is asked, and what the mother then reads
FETCHED = {
    "at the second attempt": ([BUSY, YES], 2, "听到：“可以的老师”"),
    "at the third": ([PAGE, b"", YES], 3, "听到：“可以的老师”"),
    "never": ([BUSY] * 3, 3, TYPE),
    "gone": ([GONE], 1, TYPE),
    "too large": ([b"#" * (2 * 1024 * 1024 + 1)] * 3, 3, TYPE),
    "nothing in it": ([record_voice(" ")], 1, "没听清您的语音，请打字"),
    "noise": ([b"#!AMR noise"], 1, "没听清您的语音，请打字"),
}


@pytest.mark.parametrize("name", FETCHED)
def test_what_cannot_be_heard_is_tried_again_and_then_asked_for_in_writing(house, name):
    audio, fetches, said = FETCHED[name]
    house.speaks(*audio)
    for _ in range(5):
        house.hear()
        house.later()
    assert house.fetches() == fetches
    assert said in house.told()[0]
    assert (house.state() == "confirmed") == ("听到" in said)
    assert {row.state for row in house.rows(Inbound)} == {DONE}


def test_the_next_attempt_waits_a_little(house):
    house.speaks(BUSY, YES)
    assert [house.hear(), house.hear()] == [1, 0]
    house.later()
    assert house.hear() == 1


def test_of_one_person_nothing_is_heard_out_of_turn(house):
    house.speaks(BUSY, record_voice("可以"))
    house.speaks(record_voice("谢谢老师"), number=2)
    house.hear()
    assert house.fetches() == 1
    house.later()
    house.hear()
    answers = [text for text in house.told() if text.startswith("听到")]
    assert [text.splitlines()[0] for text in answers] == ["听到：“可以”", "听到：“谢谢老师”"]


@pytest.mark.rule("rel.I3")
def test_of_two_who_listen_one_takes_it(house):
    house.fake.delay = 0.1
    house.speaks(YES, YES)
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda _: house.hear(), range(2))) == 1
    assert len(house.rows(Inbound)) == 2


def test_who_comes_back_too_late_changes_nothing(house):
    def held_up(handler: Any) -> None:
        house.later()
        house.hear()  # another one has taken it up meanwhile
        handler.answer(YES)

    house.speaks(held_up, YES)
    house.hear()
    assert [row.key for row in house.rows(Inbound)] == ["1", "1:heard"]
    assert sum(row.kind == "voice.answer" for row in house.rows(Notification)) == 1


def test_who_fails_too_late_does_not_give_up_for_the_next(house):
    def held_up(handler: Any) -> None:
        with writing(house.sessions) as session:  # the third attempt has begun meanwhile
            session.execute(sa.update(Inbound).values(attempts=3))
        handler.answer(BUSY)

    house.speaks(held_up)
    house.hear()
    assert [row.state for row in house.rows(Inbound)] == [WAITING]


def test_a_message_given_up_is_not_acted_upon_afterwards(house):
    def held_up(handler: Any) -> None:
        with writing(house.sessions) as session:
            session.execute(sa.update(Inbound).values(attempts=3))
        house.later()
        house.hear()
        handler.answer(YES)

    house.speaks(held_up)
    house.hear()
    assert house.state() == "proposed"
    assert house.told() == ["已收到您的语音，不过我暂时听不懂，" + TYPE + "。"]


@pytest.mark.rule("rel.I1")
def test_a_dead_listeners_message_is_taken_up(house):
    house.speaks(YES)
    with writing(house.sessions) as session:
        Inbound.to_hear(session, datetime.now(UTC), timedelta(seconds=45), 1)
    assert house.hear() == 0
    house.later()
    assert house.hear() == 1
    assert house.state() == "confirmed"


def test_what_was_said_long_ago_is_not_acted_upon(house):
    house.speaks(YES)
    house.clock.at += timedelta(minutes=11)
    house.hear()
    assert (house.fetches(), house.state()) == (0, "proposed")
    assert TYPE in house.told()[0]


def test_who_left_meanwhile_is_not_listened_to_and_not_known_again(house):
    house.speaks(YES)

    def leaves(handler: Any) -> None:
        turns.take(house.account, house.sessions, house.push(2, kind="event"), router.answer)
        handler.answer(YES)

    house.fake.answers.appendleft(leaves)
    house.hear()
    assert {row.state for row in house.rows(Inbound)} == {DONE}
    assert {row.openid for row in house.rows(Inbound)} == {""}
    with house.sessions() as session:
        assert Identity.of(session, "demo", f"openid-of-{house.mother}") is None
    assert house.state() == "proposed"


def test_without_a_recogniser_it_is_said_at_once(house):
    house.account = replace(house.account, recogniser="")
    assert TYPE in house.speaks().reply
    assert [row.state for row in house.rows(Inbound)] == [DONE]


def test_who_is_answered_elsewhere_is_asked_to_type(house):
    with writing(house.sessions) as session:
        newer = Identity.reached(session, "demo", "her-new-phone")
        session.add(Binding(identity_id=newer.id, person_id=house.mother, bound_at=EARLIER))
    assert TYPE in house.speaks().reply


def raises(audio: bytes) -> str:
    raise RuntimeError("张小明")


def no_text(audio: bytes) -> Any:
    return None


@pytest.mark.parametrize("plug", ["raises", "no_text"])
def test_a_recogniser_that_stumbles_is_asked_again_and_then_given_up(house, plug, caplog):
    account = replace(house.account, recogniser=f"{__name__}:{plug}")
    house.world.config.wechat["demo"] = account
    house.speaks(YES, YES, YES)
    for _ in range(4):
        house.hear()
        house.later()
    assert house.fetches() == 3
    assert TYPE in house.told()[0]
    assert "张小明" not in caplog.text


class Woken:
    """Workers who hear every call, and never come."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def plan(self) -> bool:
        return True

    def deliver(self) -> bool:
        self.calls.append("deliver")
        return True


def test_the_beat_wakes_a_worker_and_listens_itself_when_none_comes(house, monkeypatch):
    woken = Woken()
    one = Beat(house.world, woken)
    one.strike()
    assert woken.calls == []
    house.speaks(YES)
    one.strike()
    assert (woken.calls, house.fetches()) == (["deliver"], 0)
    monkeypatch.setattr(beat, "PATIENCE", 0.0)
    one.strike()
    assert house.fetches() == 1
    assert house.state() == "confirmed"
