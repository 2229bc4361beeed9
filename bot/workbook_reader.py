"""The child that parses a stranger's workbook: little memory, little time, and nothing of ours to lose.

It reads the workbook from stdin and writes `[[sheet, [[row, [text, …]], …]], …]` as JSON. It imports nothing of the
school, so that it starts at once. Exit 2: damaged; 3: too many rows.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

DAMAGED, TOO_LONG = 2, 3
_MEMORY, _SECONDS = 512 * 1024 * 1024, 20
_MOST_COLUMNS = 200
#: From here on a spreadsheet's number is no longer exact.
_EXACT = 1e15
MIDNIGHT = time()  #: a day without an hour


def main(most_rows: int) -> int:
    """Reads, writes, and says how it went."""
    _limit()
    try:
        with CalamineWorkbook.from_object(io.BytesIO(sys.stdin.buffer.read())) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
            ]
            sheets = []
            for name in names:
                sheet = book.get_sheet_by_name(name)
                if sheet.height > most_rows:
                    return TOO_LONG
                sheets.append([name, _rows(sheet)])
    except CalamineError:
        return DAMAGED
    json.dump(sheets, sys.stdout, ensure_ascii=True)
    return 0


def _limit() -> None:
    try:
        import resource
    except ImportError:  # no limits on this platform: the weighing before has to do
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _rows(sheet: CalamineSheet) -> list[list[object]]:
    first = (sheet.start[0] if sheet.start else 0) + 1
    return [[number, _texts(cells)] for number, cells in enumerate(sheet.to_python(), first)]


def _texts(cells: Sequence[object]) -> list[str]:
    return [_text(cell) for cell in cells[:_MOST_COLUMNS]]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == MIDNIGHT else f"{cell:%Y-%m-%d %H:%M}"
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def _number(cell: float) -> str:
    if abs(cell) >= _EXACT:
        return f"{cell:E}"
    return str(int(cell)) if cell.is_integer() else repr(cell)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
