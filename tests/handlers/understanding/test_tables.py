"""The tables of phrases hold their own examples, and every example is read as its row says."""

from __future__ import annotations

from handlers.understanding import read
from handlers.understanding.normalise import simplify, table
from tests.handlers.understanding.people import EVENING, TEACHER, WEDNESDAY, guardian


def test_each_example_of_the_teachers_table_is_its_intent() -> None:
    renamed = {"list": ("list_today", "list_week", "list_all"), "book": ("book", "batch_book")}
    wrong = []
    for label, _, example in [*table("teacher")["rows"], *table("teacher")["alone"]]:
        name = label.partition(":")[0]
        got = read(example, WEDNESDAY, TEACHER).intent
        if got not in renamed.get(name, (name,)):
            wrong.append((name, example, got))
    assert wrong == []


def test_each_example_of_the_guardians_table_is_its_act() -> None:
    rows = [*table("guardian")["first"], *table("guardian")["rows"]]
    wrong = [(act, example) for act, _, example in rows if read(example, EVENING, guardian()).intent != act]
    assert wrong == []


def test_traditional_characters_stand_in_pairs() -> None:
    pairs = table("characters")["traditional"].split()
    assert [each for each in pairs if len(each) != 2] == []
    assert simplify("後天晚上與張老師視訊").text == "后天晚上与张老师视讯"


def test_no_repair_touches_a_name() -> None:
    said = read("去王明家 明天下午三点", WEDNESDAY, TEACHER)
    assert said.as_json()["slots"]["students"] == ["王明"]
    assert read("周六下武三点去张小明家", WEDNESDAY, TEACHER).slots["time"].confirm
