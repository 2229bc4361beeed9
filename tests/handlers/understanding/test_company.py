"""Who comes along, and to what end, out of one sentence."""

from __future__ import annotations

from datetime import datetime

import pytest

from handlers.understanding import Context, Known, Roster, Teacher, read

CONTEXT = Context(
    role="teacher",
    me="陈静",
    roster=Roster.of(
        [Known(1, "张小明", "三(2)班")], [Teacher(1, "李国强"), Teacher(2, "王敏"), Teacher(3, "陈静")], ["三(2)班"]
    ),
)


def slots(text: str) -> dict[str, object]:
    reading = read(text, datetime(2026, 11, 23, 8), CONTEXT)
    assert reading.intent == "book"
    return {name: value for name, value in reading.slots.items() if name in ("companions", "guests", "goals")}


@pytest.mark.rule("B6")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("周六下午3点和李国强老师一起去张小明家", ["李国强老师"]),
        ("周六下午3点和王敏、李国强一起去张小明家", ["王敏", "李国强"]),
        ("周六下午3点去张小明家，王敏老师陪同", ["王敏老师"]),
        ("带上李老师周六下午3点去张小明家", ["李老师"]),
        ("周六下午3点和孙丽丽一起去张小明家", ["孙丽丽"]),  # nobody knows her: it is asked, never passed over
        ("周六下午3点和张小明妈妈一起聊聊", None),
        ("周六下午3点去张小明家和他妈妈一起谈谈", None),
    ],
)
def test_colleagues_are_read_as_they_were_called_and_the_family_is_none(text: str, names: list[str] | None) -> None:
    assert slots(text) == ({"companions": names} if names else {})


@pytest.mark.rule("B10")
@pytest.mark.parametrize(
    ("text", "guests"),
    [
        ("周六下午3点和社区李主任、民政局张科长一起去张小明家", ["社区李主任", "民政局张科长"]),
        ("周六下午3点请社区李主任陪同去张小明家", ["社区李主任"]),
        ("周六下午3点和派出所的王刚一起去张小明家", ["派出所的王刚"]),
    ],
)
def test_guests_are_read_with_name_and_office(text: str, guests: list[str]) -> None:
    assert slots(text) == {"guests": guests}


@pytest.mark.rule("Q3")
@pytest.mark.parametrize("goals", ["1了解作业 2谈阅读", "1.了解作业；2.谈阅读", "①了解作业②谈阅读", "了解作业；谈阅读"])
def test_goals_are_told_apart_and_their_numbers_are_no_hours(goals: str) -> None:
    assert slots(f"周六下午3点去张小明家 目标：{goals}") == {"goals": ["了解作业", "谈阅读"]}
    time = read(f"周六下午3点去张小明家 目标：{goals}", datetime(2026, 11, 23, 8), CONTEXT).slots["time"]
    assert time.as_json()["start"] == "2026-11-28T15:00"
