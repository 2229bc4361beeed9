"""Tables of what people type: each row is read as it says."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from handlers.understanding import Context, OpenVisit, read, read_moment
from handlers.understanding.almanac import own_days
from tests.handlers.understanding.people import (
    EVENING,
    FORMS,
    OFFER,
    QUESTIONS,
    SCHOOL,
    TEACHER,
    WEDNESDAY,
    guardian,
    hour,
    means,
    rows,
    visit_of,
    written,
)


def _moments() -> list[tuple[str, str, str, str]]:
    """Text, meaning in the table, meaning read, and whether it may be booked without a word."""
    out = []
    for text, wanted, at, about, *_ in rows("times"):
        now = datetime.fromisoformat(at).replace(tzinfo=SCHOOL) if at else WEDNESDAY
        visit = OpenVisit(start=datetime.fromisoformat(about)) if about.startswith("20") else None
        context = Context(mode="record" if about == "record" else "", visit=visit)
        out.append((text, wanted, written(read_moment(text, now, context).as_json()), at))
    return out


def test_a_time_means_what_the_table_says() -> None:
    assert [each for each in _moments() if each[1] != each[2]] == []


def test_no_time_is_silently_wrong() -> None:
    """A day or an hour that is not the one meant must never come without being said back."""
    wrong = [each for each in _moments() if each[2][:2] == "20" and not each[2].endswith("~")]
    assert [each for each in wrong if not means(each[2], each[1])] == []


def test_a_teacher_gets_what_she_asked_for() -> None:
    wrong = []
    for intent, students, text, time, _more, at, *_ in rows("teacher"):
        found = read(text, hour(at, WEDNESDAY), TEACHER).as_json()
        slots = found["slots"]
        got = written(slots.get("time")) or "; ".join(
            f"{each['student']} {written(each['time'])}" for each in slots.get("items", ())
        )
        if (found["intent"], "、".join(slots.get("students", ())), got) != (intent, students, time):
            wrong.append((text, found))
    assert wrong == []


def test_the_other_slots_of_a_teachers_message() -> None:
    wrong = []
    for _, _, text, _, more, at, *_ in rows("teacher"):
        slots = read(text, hour(at, WEDNESDAY), TEACHER).as_json()["slots"]
        for pair in filter(None, more.split("; ")):
            key, _, value = pair.partition("=")
            got = slots.get(key)
            joined = ",".join(got) if key == "target_visits" else "、".join(got) if isinstance(got, list) else str(got)
            if joined != value:
                wrong.append((text, key, value, got))
    assert wrong == []


@pytest.mark.rule("B3")
def test_a_family_answers_in_its_own_words() -> None:
    wrong = []
    for act, text, time, at, visit, *_ in rows("confirmation"):
        found = read(text, hour(at, EVENING), guardian(visit=visit_of(visit))).as_json("guardian")
        got = found.get("form", "") if time in FORMS else written(found.get("time"))
        if found["act"] != act or (time and not means(got, time)):
            wrong.append((text, act, time, found))
    assert wrong == []


def test_a_family_picks_from_an_offer() -> None:
    wrong = []
    context = guardian("offer", visit=OpenVisit(student="张小明", form="入户"), options=OFFER)
    for act, text, value, *_ in rows("offer"):
        found = read(text, EVENING, context).as_json("guardian")
        got = found.get("value") or written(found.get("time"))
        if found["act"] != act or (value and not means(got, value)):
            wrong.append((text, act, value, found))
    assert wrong == []


@pytest.mark.rule("S1")
def test_a_survey_takes_only_what_is_an_answer() -> None:
    wrong = []
    for question, act, text, value, *_ in rows("survey"):
        found = read(text, EVENING, guardian("survey", question=QUESTIONS[question])).as_json("guardian")
        if found["act"] != act or (value and str(found.get("value")) != value):
            wrong.append((text, act, value, found))
    assert wrong == []


def test_what_a_family_says_unasked() -> None:
    saturday = datetime(2026, 9, 12, 14, 40, tzinfo=SCHOOL)
    wrong = []
    for situation, act, text, at, visit, *_ in rows("unasked"):
        context = guardian("none", confirmed=visit_of(visit) if situation == "confirmed" else None)
        found = read(text, hour(at, saturday), context)
        if found.intent != act:
            wrong.append((text, act, found))
    assert wrong == []


@pytest.mark.parametrize(
    ("pending", "text", "intent"),
    [
        ("shown", "发给家长", "send"), ("shown", "1", "send"), ("shown", "好的", "send"), ("shown", "修改", "edit"),
        ("shown", "算了", "discard"), ("shown", "取消", "discard"), ("shown", "改成四点", "edit"),
        ("shown", "取消王芳的家访", "cancel"), ("took_place", "聊过了", "took_place"), ("took_place", "没接", "took_place"),
        ("none", "撤销", "undo"), ("none", "撤回", "withdraw"), ("none", "提交", "submit"), ("none", "签退", "check_out"),
        ("none", "简报", "details"), ("none", "恢复", "resume"), ("none", "也提醒我", "also_remind"),
        ("none", "家里没人", "missed"), ("none", "好的", "chitchat"),
    ],
)  # fmt: skip
def test_what_was_asked_last_is_answered_first(pending: str, text: str, intent: str) -> None:
    context = Context("teacher", roster=TEACHER.roster, visits=TEACHER.visits, pending=pending)
    assert read(text, WEDNESDAY, context).intent == intent


@pytest.mark.parametrize(
    ("text", "act"),
    [("同意", "consent"), ("好的", "consent"), ("不同意", "refuse_consent"), ("为什么要同意", "question")],
)
def test_consent_is_given_or_refused(text: str, act: str) -> None:
    assert read(text, EVENING, guardian("consent")).intent == act


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        ("10月10日上午九点", ("make_up_workday",)),
        ("10月2日上午九点", ("holiday",)),
        ("周六上午九点", ()),
        ("周日上午九点", ("make_up_workday",)),
    ],
)
def test_free_days_and_make_up_days_are_pointed_out(text: str, remarks: tuple[str, ...]) -> None:
    """The thirteenth is a working Sunday by the school's own calendar."""
    with own_days({date(2026, 9, 13): False}):
        assert read_moment(text, WEDNESDAY).remarks == remarks


def test_a_school_s_own_holidays_are_counted_where_none_are_published() -> None:
    """国庆 of a year that nobody has published yet: the school says until when it is free."""
    now = WEDNESDAY.replace(year=2031)
    assert read_moment("国庆后第一个周一上午九点", now).start == datetime(2031, 10, 6, 9)
    with own_days({date(2031, 10, day): True for day in range(1, 9)}):
        assert read_moment("国庆后第一个周一上午九点", now).start == datetime(2031, 10, 13, 9)
