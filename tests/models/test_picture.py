"""What a camera writes beside the picture does not get into the school's records."""

from __future__ import annotations

import struct
import zlib

import pytest

from bot.sandbox.media import draw_picture
from models.picture import JPEG, PNG, NotAPicture, bare

PIXELS = b"\x12\xff\x00\x34\xff\xd0\x56"  # a stuffed byte and a restart
END = b"\xff\xd9"


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


JFIF, TABLE, SCAN = segment(0xE0, b"JFIF\0"), segment(0xDB, b"table"), segment(0xDA, b"head") + PIXELS
EXIF, COMMENT = segment(0xE1, b"Exif\0\0GPS"), segment(0xFE, b"GPS")


@pytest.mark.rule("R3")
@pytest.mark.parametrize(
    ("parts", "left"),
    [
        ([JFIF, TABLE, SCAN], [JFIF, TABLE, SCAN]),
        ([EXIF, TABLE, SCAN], [TABLE, SCAN]),
        ([JFIF, EXIF, EXIF, COMMENT, TABLE, SCAN], [JFIF, TABLE, SCAN]),
        ([JFIF, *(segment(0xE0 + n, b"GPS") for n in range(1, 16)), SCAN], [JFIF, SCAN]),
        ([JFIF, SCAN, EXIF, TABLE, SCAN], [JFIF, SCAN, TABLE, SCAN]),  # between the scans of a progressive one
        ([b"\xff", EXIF, TABLE, SCAN], [TABLE, SCAN]),  # a filling byte
    ],
)
def test_a_jpeg_is_left_with_its_picture_alone(parts: list[bytes], left: list[bytes]) -> None:
    whole = b"\xff\xd8" + b"".join(parts) + END + b"GPS behind the end"
    assert bare(whole) == (JPEG, b"\xff\xd8" + b"".join(left) + END)


@pytest.mark.rule("R3")
@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"])
def test_a_png_is_left_with_its_picture_alone(name: bytes) -> None:
    plain = draw_picture(4)
    told = plain[:33] + chunk(name, b"GPS") + plain[33:] + b"GPS behind the end"
    assert bare(told) == (PNG, plain)


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"#!AMR", b"RIFF....WEBP", b"\xff\xd8", b"\xff\xd8" + JFIF, b"\xff\xd8" + JFIF + SCAN,
     b"\xff\xd8\xff\xe0\x00\x01" + END, b"\xff\xd8" + JFIF + b"\xff\xda\xff\xff", draw_picture(4)[:-1]],
)  # fmt: skip
def test_anything_else_and_half_a_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        bare(data)
