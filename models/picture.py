"""A picture without what its camera wrote into it: where it was taken, when, with what (minors' data)."""

from __future__ import annotations

from collections.abc import Iterator

JPEG, PNG = "image/jpeg", "image/png"
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
#: Chunks of a PNG that say something beside the picture.
_TELLING = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")
#: Markers of a JPEG without a length: restarts, and one that stands for nothing.
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_COMMENT, _SCAN, _END = 0xFE, 0xDA, 0xD9


class NotAPicture(Exception):
    """Neither a whole JPEG nor a whole PNG."""


def bare(data: bytes) -> tuple[str, bytes]:
    """The kind of picture, and the picture alone; nothing behind its end is kept. Raises `NotAPicture`."""
    if data.startswith(_PNG_HEAD):
        return PNG, _PNG_HEAD + b"".join(_chunks(data))
    if data.startswith(b"\xff\xd8"):
        return JPEG, b"\xff\xd8" + b"".join(_segments(data))
    raise NotAPicture


def _chunks(data: bytes) -> Iterator[bytes]:
    at = len(_PNG_HEAD)
    while at + 12 <= len(data):
        end, name = at + 12 + int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if end > len(data):
            break
        if name not in _TELLING:
            yield data[at:end]
        if name == b"IEND":
            return
        at = end
    raise NotAPicture


def _segments(data: bytes) -> Iterator[bytes]:
    at = 2
    while at + 1 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1  # a filling byte
            continue
        end = at + 2 if marker in _BARE or marker == _END else at + 2 + _length(data, at + 2)
        if marker == _SCAN:
            end = _scanned(data, end)
        if end > len(data):
            break
        if not (0xE1 <= marker <= 0xEF or marker == _COMMENT):
            yield data[at:end]
        if marker == _END:
            return
        at = end
    raise NotAPicture


def _length(data: bytes, at: int) -> int:
    length = int.from_bytes(data[at : at + 2])
    if length < 2:
        raise NotAPicture
    return length


def _scanned(data: bytes, at: int) -> int:
    """Where the pixels end: at the next marker that is neither a restart nor a stuffed byte."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2
    raise NotAPicture
