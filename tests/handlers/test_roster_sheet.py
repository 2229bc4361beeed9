"""The office's sheets become lines: columns in any order, rows with or without blanks (rulings 50)."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.roster_cells import Sheet
from handlers.roster_sheet import understand
from models.errors import Refused
from models.roster import Duty, GuardianLine, Roster, StudentLine

PLAIN = ["学号", "姓名", "班级", "家长姓名", "关系", "手机号"]


def read(*rows: list[str], name: str = "学生") -> Roster:
    return understand([Sheet(name, list(enumerate(rows, 1)))])


def one(*rows: list[str]) -> StudentLine:
    roster = read(*rows)
    assert len(roster.students) == 1
    return roster.students[0]


def codes(roster: Roster) -> list[tuple[int, str, str]]:
    return [(f.place.row, f.code, f.value) for f in roster.faults]


def cell(header: str, text: str) -> StudentLine:
    """A student whose row has one more column."""
    return one([*PLAIN, header], ["1", "张小明", "三1班", "王秀兰", "妈妈", "19900000001", text])


def test_every_column_of_the_form_is_read() -> None:
    row = {"学号": "1", "姓名": "张小明", "性别": "男", "年级": "三年级", "班级": "1班", "家庭住址": "杏花路1号"}
    row |= {"家长姓名": "王秀兰", "关系": "母亲", "手机号": "19900000001", "重点类别": "留守、单亲", "不通知": "是"}
    row |= {"生日": "2017-10-02", "健康备注": "哮喘", "住宿": "否", "偏远": "是"}
    line = one([*row], [*row.values()])
    assert line.guardians == (GuardianLine("王秀兰", "妈妈", "19900000001", True),)
    assert (line.number, line.name, line.class_name, line.gender) == ("1", "张小明", "三(1)班", "男")
    assert (line.address, line.health, line.birthday) == ("杏花路1号", "哮喘", date(2017, 10, 2))
    assert (line.categories, line.boarding, line.remote) == (("留守", "单亲"), False, True)


def test_columns_stand_in_any_order_below_a_title() -> None:
    title = ["三年级学生名册", "", "", ""]
    line = one(
        title,
        ["手机号（必填）", "班级", "*姓名", "学 号", "家长姓名"],
        ["19900000001", "三1班", "张小明", "7", "王秀兰"],
    )
    assert (line.number, line.name, line.guardians[0].phone) == ("7", "张小明", "19900000001")
    assert line.place.row == 3


@pytest.mark.parametrize(
    "rows",
    [
        [PLAIN, ["1", "张小明", "三1班", "王秀兰", "妈妈", "19900000001"], ["", "", "", "张志强", "爸爸", "19900000002"]],
        [PLAIN, ["1", "张小明", "三1班", "王秀兰", "妈妈", "19900000001"], ["1", "张小明", "三1班", "张志强", "爸爸", "19900000002"]],
        [[*PLAIN, "家长2姓名", "关系2", "手机号2"], ["1", "张小明", "三1班", "王秀兰", "妈妈", "19900000001", "张志强", "爸爸", "19900000002"]],
        [[*PLAIN, "家长姓名", "关系", "手机号"], ["1", "张小明", "三1班", "王秀兰", "妈妈", "19900000001", "张志强", "爸爸", "19900000002"]],
        [["学号", "姓名", "班级", "母亲姓名", "母亲电话", "父亲姓名", "父亲电话"], ["1", "张小明", "三1班", "王秀兰", "19900000001", "张志强", "19900000002"]],
    ],
    ids=["blank below", "repeated below", "numbered columns", "repeated columns", "named columns"],
)  # fmt: skip
def test_further_guardians_are_read_however_they_are_given(rows: list[list[str]]) -> None:
    assert [(g.name, g.relation, g.phone) for g in one(*rows).guardians] == [
        ("王秀兰", "妈妈", "19900000001"),
        ("张志强", "爸爸", "19900000002"),
    ]


def test_what_a_file_has_no_column_for_it_does_not_say() -> None:
    line = one(PLAIN, ["1", "张小明", "三1班", "王秀兰", "妈妈", "19900000001"])
    assert (line.address, line.categories, line.boarding, line.guardians[0].muted) == (None, None, None, None)


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("", ()),
        ("无", ()),
        ("留守儿童", ("留守",)),
        ("建档立卡，单亲", ("经济困难", "单亲")),
        ("经济困难（建档立卡）", ("经济困难",)),
        ("成绩波动/思想学业重大变化", ("成绩波动",)),
        ("欺凌当事人/风险", ("欺凌",)),
        ("单亲 留守", ("单亲", "留守")),
        ("特别的", ("特别的",)),
    ],
)
@pytest.mark.rule("P5")
def test_key_categories_are_kept_by_their_own_names(text: str, categories: tuple[str, ...]) -> None:
    assert cell("重点类别", text).categories == categories


@pytest.mark.parametrize(
    ("text", "muted"), [("", False), ("否", False), ("是", True), ("√", True), ("不通知", True), ("法院判决", True)]
)
def test_who_may_be_told_is_never_guessed_against_the_child(text: str, muted: bool) -> None:
    assert cell("不通知", text).guardians[0].muted is muted


@pytest.mark.parametrize(
    ("text", "born"),
    [("2017-9-1", date(2017, 9, 1)), ("2017年9月1日", date(2017, 9, 1)), ("20170901", date(2017, 9, 1)), ("9月", None)],
)
def test_birthdays_are_read_as_schools_write_them(text: str, born: date | None) -> None:
    assert cell("生日", text).birthday == born


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("199-0000-0001", "19900000001"),
        ("+86 19900000001", "19900000001"),
        ("０１０12345678", "01012345678"),
        ("123", None),
        ("1.99E+10", None),
    ],
)
def test_telephones_are_kept_in_digits_or_not_at_all(text: str, phone: str | None) -> None:
    roster = read(PLAIN, ["1", "张小明", "三1班", "王秀兰", "妈妈", text])
    assert roster.students[0].guardians[0].phone == phone
    assert bool(roster.faults) is (phone is None)
    assert not any(f.error for f in roster.faults)


@pytest.mark.parametrize(
    ("written", "name"),
    [("张 伟", "张伟"), ("张　伟", "张伟"), ("古丽娜尔•买买提", "古丽娜尔·买买提"), ("Anna  Li", "Anna Li")],
)
def test_names_lose_their_padding(written: str, name: str) -> None:
    assert one(PLAIN, ["1", written, "三1班", "", "", ""]).name == name


@pytest.mark.parametrize(
    ("row", "code", "value"),
    [
        (["", "张小明", "三1班"], "no_number", ""),
        (["1", "", "三1班"], "no_name", ""),
        (["1", "张小明", ""], "no_class", ""),
        (["1", "张小明", "阳光"], "class_unclear", "阳光"),
        (["2.0231E+18", "张小明", "三1班"], "number_rounded", "2.0231E+18"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_left_out(row: list[str], code: str, value: str) -> None:
    roster = read(PLAIN[:3], row, ["9", "李雷", "三1班"])
    assert [(r, c, v) for r, c, v in codes(roster) if c != "no_guardian"] == [(2, code, value)]
    assert [line.name for line in roster.students] == ["李雷"]
    assert roster.doubtful == {row[0], row[1]} - {""}


def test_two_children_under_one_number_are_told_apart() -> None:
    roster = read(PLAIN[:3], ["1", "张小明", "三1班"], ["1", "李雷", "三1班"])
    assert (3, "number_twice", "1") in codes(roster)
    assert [line.name for line in roster.students] == ["张小明"]


def test_guardians_below_a_row_that_is_left_out_go_to_nobody() -> None:
    rows = [
        ["1", "张小明", "三1班", "王秀兰", "妈妈", ""],
        ["2", "李雷", "", "赵雅琴", "妈妈", ""],
        ["", "", "", "李向东", "爸爸", ""],
    ]
    roster = read(PLAIN, *rows)
    assert [[g.name for g in line.guardians] for line in roster.students] == [["王秀兰"]]


def test_a_guardian_without_a_name_is_called_by_the_child() -> None:
    roster = read(PLAIN, ["1", "张小明", "三1班", "", "母亲", "19900000001"])
    assert roster.students[0].guardians[0].name == "张小明妈妈"
    assert codes(roster) == [(2, "guardian_unnamed", "张小明妈妈")]


def test_a_sheet_for_each_class_needs_no_column_of_classes() -> None:
    roster = understand([Sheet("三(1)班", [(1, ["学号", "姓名"]), (2, ["1", "张小明"])])])
    assert roster.students[0].class_name == "三(1)班"


def test_sheets_that_are_no_roster_are_left_alone() -> None:
    notes = Sheet("说明", [(1, ["请按模板填写", "谢谢"])])
    assert understand([notes, Sheet("学生", [(1, PLAIN), (2, ["1", "张小明", "三1班", "", "", ""])])]).students


@pytest.mark.parametrize(
    ("rows", "code"),
    [([["a", "b"]], "roster_empty"), ([], "roster_empty"), ([["姓名", "班级"], ["张小明", "三1班"]], "roster_columns")],
)
def test_a_file_without_a_roster_is_refused(rows: list[list[str]], code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(*rows)
    assert refused.value.code == code


def test_a_second_file_may_hold_only_teachers() -> None:
    roster = read(["工号", "姓名", "角色"], ["T1", "丁大勇", "门卫"], name="")
    assert roster.students == ()
    assert roster.has_teachers
    assert roster.teachers[0].duties == (Duty("gate"),)
