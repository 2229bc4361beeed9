"""Which way a message takes, what a template's field can hold, and what every errcode means."""

import re
from datetime import timedelta

import pytest

from bot.config import Template
from bot.wechat import channels
from bot.wechat.errcodes import ERRCODES, Then, meaning
from bot.wechat.fields import fill, fit
from models.identity import SAID, TAPPED, Identity

from .conftest import NOW

CODES = {
    Then.RETRY: "-1 43108",
    Then.TOKEN: "40001 40014 42001",
    Then.NEXT_MINUTE: "45011",
    Then.NEXT_DAY: "45009",
    Then.HOLD: "40002 40013 40125 40164 40243 41001 41002 41004 43002 50004 50007 89503 89506 89507",
    Then.CLOSE_WINDOW: "45015 45047",
    Then.SWITCH: "48002 40200 48008 43101 45086 43107 43116 45064 45087 48001 48004 61007 40036 40037 41030 47003",
    Then.UNREACHABLE: "40003 43004 50002 50005",
    Then.GIVE_UP: "43019 70000 40007 40008 40033 40039 40249 44002 44004 45002 45008 45098 45099 45168 47001 47002",
    Then.IGNORE: "45072 45080 45081",
}


def test_every_code_of_the_platform_has_one_meaning():
    expected = {int(code): then for then, codes in CODES.items() for code in codes.split()}
    assert {code: found.then for code, found in ERRCODES.items()} == expected


@pytest.mark.parametrize("code", [40164, 40125, 45009, 47003, 48001, 12345])
def test_what_a_person_must_put_right_raises_an_alarm(code):
    assert meaning(code).alarm


def test_an_unknown_code_is_tried_again():
    assert meaning(12345).then is Then.RETRY


FIELDS = [
    ("thing1", "张" * 20, "张" * 20),
    ("thing1", "张" * 21, "张" * 19 + "…"),
    ("thing2", "一行\n两行\r\n", "一行 两行"),
    ("thing3", "", "-"),
    ("thing3", "\U0001f600", "-"),
    ("name4", "李国强老师和陈静老师们啊", "李国强老师和陈静老…"),
    ("name4", "Elizabeth Smith Jr.", "Elizabeth Smith Jr."),
    ("phrase5", "已确认13笔", "已确认笔"),
    ("phrase5", "等待家长确认中", "等待家长确"),
    ("character_string6", "三年级 A-3", "A-3"),
    ("number7", "约2.5次", "2.5"),
    ("time8", "2026年11月28日 15:00", "2026年11月28日 15:00"),
    ("date9", "2026年11月28日 15:00 ~ 2026年11月28日 16:00", "2026年11月28日 15:00 ~ 2026年11月28日 16:00"),
    ("phone_number10", "+86 138-0013-8000-123", "+86 138-0013-800…"),
    ("unheard11", "张" * 30, "张" * 19 + "…"),
]


@pytest.mark.parametrize(("field", "value", "fits"), FIELDS)
def test_a_value_is_cut_to_what_its_field_takes(field, value, fits):
    assert fit(field, value) == fits
    assert not re.search(r"[\x00-\x1f]", fit(field, value))


def test_a_fact_that_nobody_knows_is_a_dash():
    assert fill({"thing1": "student", "time2": "time"}, {"student": "张小明"}) == {"thing1": "张小明", "time2": "-"}


def someone(**windows) -> Identity:
    person = Identity(account="demo", openid="o", following=True, said_left=0, tapped_left=0)
    for grant in windows.values():
        person.open_window(grant, NOW)
    return person


def test_the_open_window_comes_first_then_the_template_then_the_telephone(account):
    templates = {"reminder": Template("tpl")}
    with_templates = type(account)(**{**vars(account), "templates": templates})
    assert channels.choose(with_templates, someone(said=SAID), "reminder", NOW) == "text"
    assert channels.choose(with_templates, someone(tapped=TAPPED), "reminder", NOW + timedelta(minutes=2)) == "template"
    assert (
        channels.choose(with_templates, someone(said=SAID), "reminder", NOW, channels.Ways(closed=["text"]))
        == "template"
    )
    assert channels.choose(with_templates, someone(), "visit.offer", NOW) == "template"
    assert channels.choose(account, someone(), "reminder", NOW) == ""
    assert channels.choose(with_templates, None, "reminder", NOW) == ""
    gone = someone(said=SAID)
    gone.following = False
    assert channels.choose(with_templates, gone, "reminder", NOW) == ""


def test_the_window_that_closes_first_is_spent_first():
    person = someone(said=SAID, tapped=TAPPED)
    for left in ((5, 2), (5, 1), (5, 0), (4, 0)):
        person.spend(NOW)
        assert (person.said_left, person.tapped_left) == left
