"""The school's roster as it arrives: an .xlsx or .csv of an office, opened with care, handed on as sheets of text."""

from __future__ import annotations

import csv
import io
from pathlib import Path, PurePath

from bot.workbook import workbook_sheets
from handlers.roster_cells import Sheet
from handlers.roster_sheet import understand
from models.errors import Refused
from models.roster import Roster

#: Rulings 40.
MOST_BYTES, MOST_ROWS = 10 * 1024 * 1024, 30_000
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WITH_MACROS = (".xlsm", ".xltm", ".xlam", ".xlsb")


def read_roster(path: Path) -> Roster:
    """The roster in that file; raises `Refused` with a code of `roster_…` for what cannot be read as one."""
    return understand(read_sheets(path))


def read_sheets(path: Path) -> list[Sheet]:
    """The sheets of that file, under the limits of a roster."""
    _measured(path.stat().st_size)
    return sheets_of(path.name, path.read_bytes())


def roster_of(name: str, data: bytes) -> Roster:
    """The same for a file that came over a wire."""
    return understand(sheets_of(name, data))


def sheets_of(name: str, data: bytes) -> list[Sheet]:
    """The sheets of text in a file, before anybody asks what they mean."""
    _measured(len(data))
    extension = PurePath(name).suffix.lower()
    if extension in _WITH_MACROS:
        raise Refused("roster_macros")
    if extension == ".xls":
        raise Refused("roster_old")
    if extension == ".xlsx":
        sheets = _workbook(data)
    elif extension == ".csv":
        sheets = _table(data)
    else:
        raise Refused("roster_kind")
    if sum(len(sheet.rows) for sheet in sheets) > MOST_ROWS:
        raise Refused("roster_too_long", limit=MOST_ROWS)
    return sheets


def _measured(size: int) -> None:
    if size > MOST_BYTES:
        raise Refused("roster_too_big", megabytes=-(-size // 1024**2), limit=MOST_BYTES // 1024**2)


def _workbook(data: bytes) -> list[Sheet]:
    if data.startswith(_OLE):
        raise Refused("roster_locked" if _ENCRYPTED in data else "roster_old")
    if not data.startswith(_ZIP):
        raise Refused("roster_damaged")
    return [Sheet(name, rows) for name, rows in workbook_sheets(data, MOST_ROWS)]


def _table(data: bytes) -> list[Sheet]:
    if data.startswith((_OLE, _ZIP)):
        raise Refused("roster_extension", extension=".csv")
    text = _text(data)
    first = text.lstrip("\n").partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if number > MOST_ROWS:
                raise Refused("roster_too_long", limit=MOST_ROWS)
            rows.append((number, [cell.strip() for cell in cells]))
    except csv.Error:
        raise Refused("roster_damaged") from None
    return [Sheet("", rows)]


def _text(data: bytes) -> str:
    """Spreadsheets write UTF-8 with a mark, UTF-16 with a mark, or the national encoding, and do not say which."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused("roster_damaged")
