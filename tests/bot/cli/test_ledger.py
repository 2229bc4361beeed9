"""`jiafang ledger`: the class's list of visits (P11), without anything sealed and without formulas (rel.T18)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
import openpyxl
import pytest
from sqlalchemy.orm import Session

from bot.cli.ledger_rows import Line, ledger
from bot.cli.show_student import pick_student
from bot.sheet import write_sheet
from models.record import REQUIRED, Record
from models.school import School
from tests.cast import at, enter, pupil


@pytest.mark.rule("P11")
def test_a_class_has_its_visits_by_hour(session: Session) -> None:
    cast = enter(session)
    held = cast.held("11-28 15:00", "11-28 15:40")
    record = Record.add(session, held, cast.wang.id, dict.fromkeys(REQUIRED, "谈了"), at("11-28 18:00"))
    record.submit(session, held, cast.wang.id, at("11-28 18:00"))
    lei = pupil(session, cast.school_class, "20230299", "李雷")
    cast.visit("11-27 16:00", student=lei, form="phone")
    lines = ledger(session, cast.school, "三2班")
    assert [line.cells(cast.school) for line in lines] == [
        ["三(2)班", "李雷", "王敏", "电话家访", "11月27日（周五）下午4:00", "等家长回复", "无"],
        ["三(2)班", "张小明", "王敏", "入户家访", "11月28日（周六）下午3:00", "已记录", "有"],
    ]
    assert json.dumps(lines[1].as_json(cast.school), ensure_ascii=False).startswith('{"class": "三(2)班", "student"')


def test_a_class_that_is_not_there_is_an_error_that_lists_the_classes(session: Session) -> None:
    cast = enter(session)
    with pytest.raises(click.ClickException, match=r"--class 九9班: one of 三\(2\)班"):
        ledger(session, cast.school, "九9班")
    with pytest.raises(click.ClickException, match="no such student"):
        pick_student(session, cast.school, "无此人", "三(2)班")


def test_no_cell_of_the_workbook_is_a_formula(tmp_path: Path) -> None:
    line = Line("三(2)班", "=1+1", "@SUM(A1)", "phone", datetime(2026, 11, 27, 8, tzinfo=UTC), "held", False)
    write_sheet(tmp_path / "ledger.xlsx", "家访台账", [["班级"] * 7, line.cells(School(timezone="Asia/Shanghai"))])
    cells = openpyxl.load_workbook(tmp_path / "ledger.xlsx").active[2]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells][:3] == ["三(2)班", "'=1+1", "'@SUM(A1)"]
