"""What a teacher's row says about duties (rulings 50)."""

from __future__ import annotations

import pytest

from handlers.roster_cells import Sheet
from handlers.roster_sheet import understand
from models.roster import Duty, Roster

HEADER = ["工号", "姓名", "手机号", "角色", "任教班级", "任教学科", "班主任班级", "包保学生", "年级"]


def read(*rows: list[str]) -> Roster:
    return understand([Sheet("教师", list(enumerate([HEADER, *rows], 1)))])


def row(roles: str = "", **cells: str) -> list[str]:
    known = {"工号": "T1", "姓名": "陈静", "角色": roles, **cells}
    return [known.get(name, "") for name in HEADER]


@pytest.mark.parametrize(
    ("roles", "cells", "duties"),
    [
        ("班主任", {"班主任班级": "三（2）班"}, {Duty("homeroom", "三(2)班")}),
        ("班主任", {"任教班级": "三2班"}, {Duty("homeroom", "三(2)班"), Duty("subject", "三(2)班")}),
        ("", {"班主任班级": "三2班", "任教学科": "语文"}, {Duty("homeroom", "三(2)班"), Duty("subject", "三(2)班", "语文")}),
        ("科任教师", {"任教班级": "三1班、三2班", "任教学科": "英语"}, {Duty("subject", "三(1)班", "英语"), Duty("subject", "三(2)班", "英语")}),
        ("科任教师", {"任教班级": "三（1）班,三 (2) 班"}, {Duty("subject", "三(1)班"), Duty("subject", "三(2)班")}),
        ("科任教师", {}, {Duty("subject")}),
        ("教师", {}, {Duty("teacher")}),
        ("", {}, set()),
        ("导师", {"包保学生": "101、102"}, {Duty("mentor", student_number="101"), Duty("mentor", student_number="102")}),
        ("导师", {}, {Duty("mentor")}),
        ("三年级组长", {}, {Duty("grade_head", grade="三年级")}),
        ("年级组长", {"年级": "3"}, {Duty("grade_head", grade="三年级")}),
        ("年级组长、科任教师", {"任教班级": "三1班"}, {Duty("grade_head", grade="三年级"), Duty("subject", "三(1)班")}),
        ("德育主任", {}, {Duty("student_affairs")}),
        ("校长", {}, {Duty("principal")}),
        ("管理员、门卫", {}, {Duty("admin"), Duty("gate")}),
    ],
)  # fmt: skip
def test_a_row_spells_out_its_duties(roles: str, cells: dict[str, str], duties: set[Duty]) -> None:
    roster = read(row(roles, **cells))
    assert set(roster.teachers[0].duties) == duties
    assert roster.faults == ()


@pytest.mark.parametrize(
    ("roles", "cells", "code"),
    [
        ("年级组长", {}, "grade_missing"),
        ("年级组长", {"任教班级": "三1班、四1班"}, "grade_missing"),
        ("班主任", {}, "homeroom_missing"),
        ("班主任", {"任教班级": "三1班、三2班"}, "homeroom_missing"),
        ("语文组长", {}, "role_unknown"),
    ],
)
def test_a_role_that_is_unclear_is_not_given(roles: str, cells: dict[str, str], code: str) -> None:
    roster = read(row(roles, **cells))
    assert [(f.code, f.error) for f in roster.faults] == [(code, False)]
    assert {d.role for d in roster.teachers[0].duties} <= {"subject"}


def test_a_class_that_is_unclear_leaves_the_row_out() -> None:
    roster = read(row("科任教师", 任教班级="三1班、阳光班"))
    assert [(f.code, f.error) for f in roster.faults] == [("class_unclear", True)]
    assert (roster.teachers, roster.doubtful) == ((), {"T1", "陈静"})


def test_who_stands_in_several_rows_has_all_their_duties() -> None:
    roster = read(row("科任教师", 任教班级="三1班"), row("科任教师", 任教班级="三2班"))
    assert {d.class_name for d in roster.teachers[0].duties} == {"三(1)班", "三(2)班"}


def test_one_number_is_one_teacher() -> None:
    roster = read(row("教师"), row("教师", 姓名="赵立"))
    assert [(f.place.row, f.code, f.value) for f in roster.faults] == [(3, "teacher_twice", "T1")]
