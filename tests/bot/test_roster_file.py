"""A roster's file is read as offices save it, and refused at once when it only pretends to be one (rel.T17)."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from bot.roster_file import MOST_ROWS, read_roster, roster_of, sheets_of
from models.errors import Refused

HEADER = ["学号", "姓名", "班级", "家长姓名", "关系", "手机号"]
ROWS = [HEADER, ["1", "张小明", "三(2)班", "王秀兰", "妈妈", "19900000001"]]
SHEET = "xl/worksheets/sheet1.xml"
OPEN = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CLOSE = b"</sheetData></worksheet>"
THOUSAND = [f"x/{n}" for n in range(1000)]


def workbook(rows: list[list[object]], name: str = "学生") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def changed(data: bytes, **members: bytes) -> bytes:
    """The same workbook with other members in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, members.pop(name, None) or old.read(name))
        for name, content in members.items():
            new.writestr(name, content)
    return out.getvalue()


def with_sheet(rows: bytes) -> bytes:
    return changed(workbook(ROWS), **{SHEET: OPEN + rows + CLOSE})


def liar() -> bytes:
    """A bomb whose directory says that it is small."""
    data = bytearray(with_sheet(b" " * 200_000_000))
    entry = data.rindex(SHEET.encode()) - 46
    data[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


def corners() -> bytes:
    """Two cells that would make a table of seventeen thousand million."""
    return with_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def long_strings() -> bytes:
    """One long text, shown by many cells."""
    text = b"<sst><si><t>" + os.urandom(400_000).hex().encode() + b"</t></si></sst>"
    cells = b"<row>" + b'<c t="s"><v>0</v></c>' * 26 + b"</row>"
    return changed(with_sheet(cells * 2000), **{"xl/sharedStrings.xml": text})


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        roster_of(name, data)
    return refused.value.code


#: What arrives -> name, content, refusal.
PRETENDERS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing": ("a.xlsx", lambda: b"", "roster_damaged"),
    "cut off": ("a.xlsx", lambda: workbook(ROWS)[:-200], "roster_damaged"),
    "noise": ("a.xlsx", lambda: b"PK\x03\x04" + os.urandom(5000), "roster_damaged"),
    "broken inside": ("a.xlsx", lambda: changed(workbook(ROWS), **{"xl/workbook.xml": b"<workbook"}), "roster_damaged"),
    "text named .xlsx": ("a.xlsx", lambda: b"a,b,c", "roster_damaged"),
    ".xls named .xlsx": ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "roster_old"),
    "password": ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "roster_locked"),
    ".xls": ("a.xls", lambda: b"\xd0\xcf\x11\xe0", "roster_old"),
    ".xlsm": ("a.xlsm", lambda: workbook(ROWS), "roster_macros"),
    "macros inside": ("a.xlsx", lambda: changed(workbook(ROWS), **{"xl/vbaProject.bin": b"x"}), "roster_macros"),
    ".pdf": ("a.pdf", lambda: b"%PDF", "roster_kind"),
    "no extension": ("roster", lambda: workbook(ROWS), "roster_kind"),
    ".xlsx named .csv": ("a.csv", lambda: workbook(ROWS), "roster_extension"),
    "noise named .csv": ("a.csv", lambda: b"\xff\0" * 1000, "roster_damaged"),
    "open quotation": ("a.csv", lambda: b'1,"' + b"x" * 1_000_000, "roster_damaged"),
    "no header": ("a.csv", lambda: b"a,b\n", "roster_empty"),
    "long table": ("a.csv", lambda: b"1,2\n" * (MOST_ROWS + 1), "roster_too_long"),
    "long workbook": ("a.xlsx", lambda: with_sheet(b"<row><c><v>1</v></c></row>" * (MOST_ROWS + 1)), "roster_too_long"),
    "too big": ("a.xlsx", lambda: b"PK\x03\x04" + bytes(10 * 1024 * 1024), "roster_too_big"),
    "bomb": ("a.xlsx", lambda: with_sheet(b" " * 200_000_000), "roster_bomb"),
    "small bomb": ("a.xlsx", lambda: with_sheet(b" " * 60_000_000), "roster_bomb"),
    "bomb that lies": ("a.xlsx", liar, "roster_bomb"),
    "far corners": ("a.xlsx", corners, "roster_bomb"),
    "long text many times": ("a.xlsx", long_strings, "roster_bomb"),
    "thousand members": ("a.xlsx", lambda: changed(workbook(ROWS), **dict.fromkeys(THOUSAND, b"x")), "roster_bomb"),
}


@pytest.mark.parametrize("pretender", PRETENDERS)
def test_what_is_no_honest_roster_is_refused_at_once(pretender: str) -> None:
    name, data, code = PRETENDERS[pretender]
    made = data()
    begun = time.monotonic()
    assert refusal(name, made) == code
    # A second is what is promised; the double is for a busy machine.
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_is_read_in_whatever_way_it_was_saved(encoding: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(row) for row in ROWS)
    line = roster_of("名册.CSV", text.encode(encoding)).students[0]
    assert (line.name, line.guardians[0].phone) == ("张小明", "19900000001")


def test_a_workbook_is_read_with_its_row_numbers() -> None:
    roster = roster_of("a.xlsx", workbook([[], ["三年级名册"], *ROWS]))
    assert (roster.students[0].place.sheet, roster.students[0].place.row) == ("学生", 4)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (19900000001, "19900000001"),
        (1.5, "1.5"),
        (123456789012345678, "1.234568E+17"),
        (True, "true"),
        (date(2017, 9, 1), "2017-09-01"),
        (" 张小明 ", "张小明"),
        ("=1+1", "0"),
    ],
)
def test_a_cell_reads_as_the_office_sees_it(cell: object, text: str) -> None:
    assert sheets_of("a.xlsx", workbook([["x", cell]]))[0].rows == [(1, ["x", text])]


def test_hidden_sheets_are_not_read() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("学生").write_row(0, 0, HEADER)
        hidden = book.add_worksheet("旧名册")
        hidden.write_row(0, 0, HEADER)
        hidden.hide()
    assert [sheet.name for sheet in sheets_of("a.xlsx", out.getvalue())] == ["学生"]


def test_a_file_is_weighed_before_it_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with file.open("wb") as out:
        out.truncate(1 << 40)
    with pytest.raises(Refused, match="roster_too_big"):
        read_roster(file)


def test_a_bomb_does_not_swell_this_process() -> None:
    import psutil

    bomb, before = liar(), psutil.Process().memory_info().rss
    refusal("a.xlsx", bomb)
    assert psutil.Process().memory_info().rss - before < 20 * 1024 * 1024
