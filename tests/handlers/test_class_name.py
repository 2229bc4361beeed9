"""However the office writes a class, it is one class (rulings 50)."""

from __future__ import annotations

import pytest

from handlers.class_name import class_name, grade_name


@pytest.mark.parametrize(
    "text",
    ["三(1)班", "三（1）班", "三1班", "三年级1班", "3(1)班", "3年级1班", "三年级（1）班", "三一班", "三年一班", "301", "301班", "3-1班",
     "三 (1) 班", "三（一）班", "３（１）班", "小学三(1)班"],
)  # fmt: skip
def test_these_are_all_the_same_class(text: str) -> None:
    found = class_name(text)
    assert found is not None
    assert (found.name, found.grade) == ("三(1)班", "三年级")


@pytest.mark.parametrize(
    ("text", "grade", "name", "in_grade"),
    [
        ("1班", "三年级", "三(1)班", "三年级"),
        ("12", "3年级", "三(12)班", "三年级"),
        ("十一班", "三", "三(11)班", "三年级"),
        ("31班", "三年级", "三(1)班", "三年级"),
        ("312班", "", "三(12)班", "三年级"),
        ("2024级1班", "三年级", "三(1)班", "三年级"),
        ("七(3)班", "", "七(3)班", "七年级"),
        ("十一(2)班", "", "十一(2)班", "十一年级"),
        ("初一3班", "", "初一(3)班", "初一"),
        ("初中二年级12班", "", "初二(12)班", "初二"),
        ("一(3)班", "初一", "初一(3)班", "初一"),
        ("高三(10)班", "", "高三(10)班", "高三"),
        ("大一班", "", "大(1)班", "大班"),
        ("一班", "大班", "大(1)班", "大班"),
        ("阳光班", "三年级", "阳光班", "三年级"),
    ],
)
def test_a_class_is_understood_with_its_grade(text: str, grade: str, name: str, in_grade: str) -> None:
    found = class_name(text, grade)
    assert found is not None
    assert (found.name, found.grade) == (name, in_grade)


@pytest.mark.parametrize("text", ["", "三班", "阳光班", "2024级1班", "1101", "班", "三年级"])
def test_what_is_unclear_is_not_guessed(text: str) -> None:
    assert class_name(text) is None


@pytest.mark.parametrize(
    ("text", "grade"), [("三", "三年级"), ("3年级", "三年级"), ("初中二年级", "初二"), ("高一", "高一"), ("语文", "")]
)
def test_a_grade_is_understood(text: str, grade: str) -> None:
    assert grade_name(text) == grade
