"""An .xlsx opened without trusting it (rel.T17): weighed first, then read by a child that may not grow."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

from models.errors import Refused

#: Rulings 40; the ratio counts for members whose size could hurt.
MOST_UNPACKED, MOST_RATIO, MOST_MEMBERS = 100 * 1024 * 1024, 100, 1000
_RATIO_FROM = 8 * 1024 * 1024
_PATIENCE = 30.0  #: seconds for the child
_LOCAL_HEADER = 30  #: bytes before a member's name
_CHUNK = 1024 * 1024

TextSheet = tuple[str, list[tuple[int, list[str]]]]


def workbook_sheets(data: bytes, most_rows: int) -> list[TextSheet]:
    """Name and numbered rows of every visible sheet; raises `Refused` for anything that is no honest workbook."""
    weigh(data)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    child = [sys.executable, "-m", "bot.workbook_reader", str(most_rows)]
    try:
        done = subprocess.run(child, input=data, capture_output=True, timeout=_PATIENCE, env=environment, check=False)
    except subprocess.TimeoutExpired:
        raise Refused("roster_bomb") from None
    if done.returncode == 3:
        raise Refused("roster_too_long", limit=most_rows)
    if done.returncode == 2:
        raise Refused("roster_damaged")
    if done.returncode != 0:
        # Killed by one of its limits, or by running into them.
        raise Refused("roster_bomb")
    return [(name, [(number, cells) for number, cells in rows]) for name, rows in json.loads(done.stdout)]


def weigh(data: bytes) -> None:
    """Refuses macros, passwords, and what unpacks to more than a roster can hold, whatever its own sizes claim."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Refused("roster_damaged") from None
    names = {member.filename.lower() for member in members}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Refused("roster_macros")
    if any(member.flag_bits & 1 for member in members):
        raise Refused("roster_locked")
    if "xl/workbook.xml" not in names:
        raise Refused("roster_damaged")
    if len(members) > MOST_MEMBERS:
        raise Refused("roster_bomb")
    room = MOST_UNPACKED
    for member in members:
        room -= _unpacked(data, member, room)


def _unpacked(data: bytes, member: zipfile.ZipInfo, room: int) -> int:
    """How large the member really is: its header may lie."""
    start = member.header_offset
    name, extra = data[start + 26 : start + 28], data[start + 28 : start + 30]
    start += _LOCAL_HEADER + int.from_bytes(name, "little") + int.from_bytes(extra, "little")
    packed = data[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        size = len(packed)
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        size = _inflated(packed, min(room, max(_RATIO_FROM, len(packed) * MOST_RATIO)))
    else:
        raise Refused("roster_damaged")
    if size > room:
        raise Refused("roster_bomb")
    return size


def _inflated(packed: bytes, limit: int) -> int:
    unpacker, size, rest = zlib.decompressobj(-zlib.MAX_WBITS), 0, packed
    try:
        while not unpacker.eof:
            chunk = unpacker.decompress(rest, _CHUNK)
            rest, size = unpacker.unconsumed_tail, size + len(chunk)
            if size > limit:
                raise Refused("roster_bomb")
            if not chunk and not rest:
                break
    except zlib.error:
        raise Refused("roster_damaged") from None
    return size
