"""Who of the school can hold a phone, and who stands there when the sandbox first opens."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.sandbox.cast import bind_everybody
from bot.sandbox.demo import load_demo
from bot.sandbox.opening import CAST, choose_cast, open_phones
from bot.sandbox.people import People, PersonCard
from models.base import Sessions, make_engine, writing
from models.base import sessions as make_sessions
from models.tables import METADATA


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, _master_key: None) -> Iterator[Sessions]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('school') / 'demo.db'}")
    METADATA.create_all(engine)
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture
def people(school: Sessions, clock: Any) -> People:
    with writing(school) as session:
        load_demo(session, clock.now())
    return People(school, clock.now)


def test_everybody_has_a_card_once_with_a_name_that_a_play_would_use(people: People) -> None:
    cards = people.cards()
    found = {card.name: card for card in cards}
    assert len({card.id for card in cards}) == len(cards)
    assert set(CAST) <= set(found)
    assert (found["陈静"].about, found["陈静"].part) == ("三(2)班班主任", "teacher")
    assert found["张小明妈妈"].about == "王秀兰，三(2)班；张小雅妈妈 五(1)班"
    assert found["张小明妈妈"].part == "guardian"
    assert found["周建国"].part == "leader"


def test_the_cast_gets_phones_follows_and_agrees(people: People, platform: Any, bot: Any) -> None:
    for phone in list(platform.phones):
        platform.remove_phone(phone.openid)
    bot.answer = bot.say('孩子信息的告知：…… <a href="weixin://bizmsgmenu?msgmenucontent=同意&msgmenuid=1">1. 同意</a>')
    open_phones(platform, people)
    assert [phone.name for phone in platform.phones] == list(CAST)
    scenes = [push["EventKey"] for push in bot.pushes if push["MsgType"] == "event"]
    assert len(set(scenes)) == len(CAST)
    assert [push["Content"] for push in bot.pushes if push["MsgType"] == "text"] == ["同意"] * len(CAST)
    bot.forget()
    open_phones(platform, people)
    assert bot.pushes == []


def test_who_is_bound_already_follows_without_a_word(people: People, platform: Any, bot: Any, school: Sessions) -> None:
    for phone in list(platform.phones):
        platform.remove_phone(phone.openid)
    with writing(school) as session:
        bind_everybody(session, load_demo(session, platform.now()), "demo", platform.now())
    open_phones(platform, people)
    assert all(phone.following for phone in platform.phones)
    assert bot.pushes == []


def test_a_school_without_the_cast_shows_two_teachers_two_guardians_and_a_leader() -> None:
    parts = ("teacher", "guardian", "leader", "staff")
    cards = [PersonCard(n, "demo", f"o{n}", f"人{n}", "", parts[n % 4]) for n in range(12)]
    assert [card.part for card in choose_cast(cards)] == ["teacher", "teacher", "guardian", "guardian", "leader"]
