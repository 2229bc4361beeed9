"""What a teacher has noted to see to is said on its day (F1)."""

from __future__ import annotations

import pytest

from models.action_item import ActionItem
from tests.cast import Cast, at


def reminded(told, now):
    return [(who, due) for kind, who, due in told(now) if kind == "item.due"]


@pytest.mark.rule("F1")
@pytest.mark.parametrize(
    ("due", "now", "expected"),
    [
        ("11-25 16:30", "11-25 16:29", []),
        ("11-25 16:30", "11-25 16:30", [("wang", "11-25 16:30")]),
        ("11-25 16:30", "11-26 16:29", [("wang", "11-26 16:29")]),
        ("11-25 16:30", "11-26 16:31", []),
        ("11-23 07:00", "11-23 08:05", []),  # was past when it was noted
    ],
)
def test_an_item_is_said_once_on_its_day(people: Cast, told, due, now, expected):
    ActionItem.note(people.session, people.ming, people.wang.id, "问作业", at("11-23 08:00"), at(due))
    assert reminded(told, now) == expected
    assert reminded(told, now) == []


@pytest.mark.rule("F1")
def test_one_that_is_put_off_is_said_anew_and_one_that_is_done_is_not(people: Cast, told):
    item = ActionItem.note(people.session, people.ming, people.wang.id, "问作业", at("11-23 08:00"), at("11-25 16:30"))
    assert reminded(told, "11-25 16:30")
    item.put_off(people.session, people.wang.id, at("12-02 16:30"), at("11-25 16:31"))
    assert reminded(told, "12-02 16:29") == []
    assert reminded(told, "12-02 16:30")
    item.put_off(people.session, people.wang.id, at("12-09 16:30"), at("12-02 16:31"))
    item.finish(people.session, people.wang.id, at("12-03 08:00"))
    assert reminded(told, "12-09 16:30") == []


@pytest.mark.rule("F1")
def test_a_later_version_of_a_record_changes_what_is_open_and_nothing_that_is_done(people: Cast):
    visit, session = people.held("11-20 15:00", "11-20 15:40"), people.session
    ActionItem.promise(session, visit, people.ming, {"measures": "每周联系", "consensus": "早睡"}, at("11-20 20:00"))
    early = next(i for i in ActionItem.open_of_student(session, people.ming.id) if i.field == "consensus")
    early.finish(session, people.wang.id, at("11-21 08:00"))
    ActionItem.promise(session, visit, people.ming, {"measures": "每天联系", "consensus": "八点睡"}, at("11-21 20:00"))
    assert [i.text for i in ActionItem.open_of_student(session, people.ming.id)] == ["每天联系"]
    assert early.text == "早睡"
