"""The chat page: what it shows, what its buttons do, and whom it lets in."""

import dataclasses
import re
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import bot.sandbox.page
from bot.sandbox.page.desk import THINGS, Desk
from bot.sandbox.page.views import make_page
from bot.sandbox.people import PersonCard
from bot.sandbox.web import make_app
from jobs.coming import MESSAGE
from jobs.timetable import PLANNERS

FATHER = PersonCard(7, "demo", "oFather0000000000000000000001", "张小明爸爸", "张志强，三(2)班", "guardian")
HEAD = PersonCard(8, "demo", "oHead000000000000000000000001", "孙丽华", "校长", "leader")
PAGE = Path(bot.sandbox.page.__file__).parent


class Hours:
    """What will happen: each moment once, done as soon as the clock has come there."""

    def __init__(self, clock: Any) -> None:
        self.clock, self.moments = clock, list[tuple[datetime, str]]()
        self.stops: list[datetime] = []

    def next(self, now: datetime) -> tuple[datetime, str] | None:
        return min(((at, what) for at, what in self.moments if at > now), default=None)

    def is_done(self, until: datetime) -> bool:
        self.stops.append(until)
        return self.clock.moment >= until


@pytest.fixture
def hours(clock: Any) -> Hours:
    return Hours(clock)


@pytest.fixture
def desk(platform: Any, clock: Any, hours: Hours) -> Desk:
    def turn(to: datetime) -> None:
        clock.moment = to

    return Desk(platform, "演示小学", lambda: [FATHER, HEAD], lambda person: f"CODE{person}", turn, hours)


@pytest.fixture
def page(desk: Desk) -> Any:
    return make_app(desk, wait=0.2).test_client()


def _see(page: Any, run: str = "", since: int = -1) -> Any:
    return page.get(f"/page/changes?run={run}&since={since}").get_json()


def test_the_page_says_that_it_is_a_sandbox_and_loads_only_its_own(page: Any) -> None:
    answer = page.get("/")
    shown = answer.get_data(as_text=True)
    assert "人物均为虚构" in shown
    assert not re.findall(r'(?:src|href)="(?!/static/)[^"]*"', shown)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for own in re.findall(r'(?:src|href)="([^"]+)"', shown):
        assert page.get(own).status_code == 200


def test_no_script_takes_text_for_markup() -> None:
    scripts = [path.read_text("utf-8") for path in (PAGE / "static").glob("*.js")]
    assert max(len(script.splitlines()) for script in scripts) <= 300
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", "".join(scripts))


def test_whatever_a_script_looks_for_is_on_the_page(page: Any) -> None:
    shown = page.get("/").get_data(as_text=True)
    scripts = "".join(path.read_text("utf-8") for path in (PAGE / "static").glob("*.js"))
    wanted = set(re.findall(r'\bat\("([\w-]+)"\)', scripts))
    assert wanted
    assert wanted <= set(re.findall(r'\bid="([\w-]+)"', shown))


def test_what_is_typed_stands_in_the_chat_with_the_answer(page: Any, bot: Any, mother: str) -> None:
    bot.answer = bot.say('好的。<a href="weixin://bizmsgmenu?msgmenucontent=撤销&msgmenuid=5">撤销</a>')
    first = _see(page)
    assert page.post("/page/do/type", json={"openid": mother, "text": "周六可以"}).status_code == 200
    seen = _see(page, first["run"], first["version"])
    assert [(one["from"], one["pieces"][0]["text"]) for one in seen["messages"]] == [
        ("me", "周六可以"),
        ("account", "好的。"),
    ]
    answer = seen["messages"][1]
    assert page.post("/page/do/tap", json={"openid": mother, "message": answer["id"], "item": 0}).status_code == 200
    assert bot.pushes[-1]["bizmsgmenuid"] == "5"


def test_a_waiting_page_is_answered_at_the_first_change(desk: Desk, platform: Any, mother: str) -> None:
    page = make_app(desk, wait=10).test_client()
    seen = _see(page)
    threading.Timer(0.05, platform.type, (mother, "老师好")).start()
    started = time.monotonic()
    assert _see(page, seen["run"], seen["version"])["messages"]
    assert time.monotonic() - started < 8


def test_a_waiting_page_is_answered_after_a_while_without_a_change(page: Any) -> None:
    seen, started = _see(page), time.monotonic()
    assert _see(page, seen["run"], seen["version"])["messages"] == []
    assert time.monotonic() - started >= 0.2


def test_a_page_is_told_only_what_is_new(page: Any, platform: Any, mother: str) -> None:
    platform.type(mother, "老师好")
    seen = _see(page)
    platform.type(mother, "在吗")
    new = _see(page, seen["run"], seen["version"])
    assert [message["pieces"][0]["text"] for message in new["messages"]] == ["在吗"]
    assert len(new["log"]) == 1


def test_a_page_from_before_a_restart_begins_anew(page: Any, platform: Any, mother: str) -> None:
    platform.type(mother, "老师好")
    assert len(_see(page, "another", 9999)["messages"]) == 1


def test_somebody_from_the_roster_follows_with_a_fresh_code(page: Any, bot: Any) -> None:
    assert [card["id"] for card in page.get("/page/people?q=三(2)班 爸爸").get_json()] == [7]
    page.post("/page/do/add", json={"person": 7, "follow": True})
    assert bot.pushes[-1]["EventKey"] == "qrscene_CODE7"
    phone = _see(page)["phones"][-1]
    assert (phone["name"], phone["about"], phone["following"]) == ("张小明爸爸", "张志强，三(2)班", True)


def test_the_clock_goes_by_steps_to_the_morning_and_to_the_next_thing(page: Any, clock: Any, hours: Hours) -> None:
    hours.moments = [(clock.moment + timedelta(hours=4, minutes=10), "reminders")]
    seen = []
    for step in ("+10m", "+1h", "next", "morning"):
        assert page.post("/page/do/clock", json={"step": step}).status_code == 200
        seen.append(f"{clock.moment + timedelta(hours=8):%d %H:%M}")
    assert seen == ["23 08:15", "23 09:15", "23 12:15", "24 07:30"]
    assert page.post("/page/do/clock", json={"step": "next"}).get_json() == {"error": "接下来没有要发生的事"}


def test_the_clock_stops_at_everything_on_its_way(page: Any, clock: Any, hours: Hours) -> None:
    evening, night = (clock.moment + timedelta(hours=h) for h in (9, 12))
    hours.moments = [(night, "records"), (evening, "reminders"), (clock.moment + timedelta(days=2), "calls")]
    page.post("/page/do/clock", json={"step": "morning"})
    assert hours.stops == [evening, night]


def test_the_page_says_what_comes_next(page: Any, clock: Any, hours: Hours) -> None:
    assert page.get("/page/next").get_json() is None
    at = clock.moment + timedelta(hours=1)
    hours.moments = [(at, "reminders")]
    assert page.get("/page/next").get_json() == {"at": at.timestamp(), "what": "家访前的提醒"}


def test_a_clock_that_waits_for_what_is_never_done_goes_on(desk: Desk, clock: Any, hours: Hours) -> None:
    desk = dataclasses.replace(desk, patience=0.1)
    hours.moments = [(clock.moment + timedelta(minutes=5), "reminders")]
    hours.is_done = lambda until: False  # type: ignore[method-assign]
    desk.turn("+10m")
    assert f"{desk.local():%H:%M}" == "08:15"


def test_what_comes_next_is_told_of_hours_that_the_school_has() -> None:
    assert set(THINGS) <= {*PLANNERS, MESSAGE}


def test_each_button_does_its_deed(page: Any, platform: Any, bot: Any, mother: str) -> None:
    pressed = [
        ("voice", {"text": "可以的老师"}),
        ("image", {"data": ""}),
        ("location", {"said": "30.27，120.15", "label": "校门口"}),
        ("sticker", {"caption": "谢谢"}),
        ("scan", {"said": "7F3K9Q"}),
        ("subscribe", {"kind": "visit", "accept": True}),
        ("block", {"on": True}),
        ("unfollow", {}),
        ("follow", {"said": ""}),
        ("fault", {"kind": "45015", "times": "2", "channel": "", "openid": ""}),
        ("twice", {"on": True}),
        ("void_tokens", {}),
        ("stranger", {}),
    ]
    assert [page.post(f"/page/do/{v}", json={"openid": mother, **asked}).status_code for v, asked in pressed] == [
        200
    ] * len(pressed)
    seen = _see(page)
    assert (seen["faults"][0]["kind"], seen["faults"][0]["left"], seen["twice"]) == ("45015", 2, True)
    assert {"voice", "image", "location", "event"} <= {push["MsgType"] for push in bot.pushes}
    page.post("/page/do/clear", json={})
    page.post("/page/do/remove", json={"openid": mother})
    assert (_see(page)["faults"], _see(page)["twice"]) == ([], False)
    assert mother not in [phone["openid"] for phone in _see(page)["phones"]]


@pytest.mark.parametrize(
    ("verb", "asked"),
    [
        ("location", {"said": "家里"}),
        ("image", {"data": "bm8="}),
        ("image", {"data": "%"}),
        ("type", {"text": " "}),
        ("tap", {"message": 99, "item": 0}),
        ("menu", {"label": "没有"}),
        ("fault", {"kind": "weather"}),
        ("anew", {}),
    ],
)
def test_what_cannot_be_done_is_said(page: Any, mother: str, verb: str, asked: dict[str, Any]) -> None:
    answer = page.post(f"/page/do/{verb}", json={"openid": mother, **asked})
    assert answer.status_code == 409
    assert answer.get_json()["error"]


def test_the_log_tells_what_went_over_the_wire(page: Any, platform: Any, mother: str) -> None:
    platform.type(mother, "老师好")
    line = _see(page)["log"][-1]
    assert (line["who"], line["what"], line["outcome"]) == ("张小明妈妈", "text", "ack")
    assert "老师好" in page.get(f"/page/log/{line['id']}").get_json()["sent"]
    assert page.get("/page/log/999").status_code == 404


def test_other_sites_and_other_names_are_shut_out(page: Any, mother: str) -> None:
    asked = {"openid": mother, "text": "x"}
    assert page.post("/page/do/type", json=asked, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert page.get("/", headers={"Host": "evil.invalid"}).status_code == 403
    assert page.post("/page/do/type", data=asked).status_code == 415
    assert page.post("/page/do/nothing", json=asked).status_code == 404


def test_the_guide_speaks_of_a_saturday_far_enough_for_a_reminder(page: Any, clock: Any) -> None:
    said = {}
    for _ in range(7):
        first = page.get("/page/guide").get_json()[0]
        said[f"{clock.moment:%a}"] = first["do"][0]["type"][:3]
        clock.turn(days=1)
    assert {day for day, words in said.items() if words == "这周六"} == {"Mon", "Tue", "Wed", "Thu"}
    assert set(said.values()) == {"这周六", "下周六"}


def test_who_has_left_follows_again_with_a_new_code(page: Any, bot: Any) -> None:
    page.post("/page/do/add", json={"person": 7, "follow": False})
    assert page.post("/page/do/anew", json={"openid": FATHER.openid}).status_code == 200
    assert bot.pushes[-1]["EventKey"] == "qrscene_CODE7"


def test_the_page_can_be_mounted_without_the_api(desk: Desk) -> None:
    assert make_page(desk).name == "page"
