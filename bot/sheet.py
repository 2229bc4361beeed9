"""A table as a workbook that the office opens: every cell is text, whatever a family wrote (rel.T18)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

#: With one of these first, a program that reads the cell elsewhere may take it for a formula.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\0")
_WIDEST, _SPARE = 40, 2


def write_sheet(file: Path, title: str, rows: Sequence[Sequence[str]]) -> None:
    """Writes one sheet; the first row is its head and stays in sight."""
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet(title)
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, harmless(cell), bold if at == 0 else None)
        for column, cells in enumerate(zip(*rows, strict=True)):
            sheet.set_column(column, column, min(_WIDEST, _SPARE + max(len(cell) * 2 for cell in cells)))


def harmless(cell: str) -> str:
    """The text, marked as such where it could be taken for a formula."""
    return f"'{cell}" if cell.startswith(RISKY) else cell
