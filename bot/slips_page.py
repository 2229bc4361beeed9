"""Binding codes on paper: slips with QR codes, eight to an A4 side, each class on sides of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.wechat.client import SendError, WeChat
from models.slip import Slip

A_SIDE = 8
#: The platform's longest life of a code.
LONGEST = 30 * 86400
_AT_ONCE = 8


@dataclass(frozen=True)
class Printed:
    """One slip as it is printed."""

    class_name: str
    name: str
    children: tuple[tuple[str, str], ...]
    code: str
    qr: Markup
    scene: bool  #: scanning binds by itself; else it shows the line to be typed


def scenes(client: WeChat, slips: Sequence[Slip], days: int) -> list[str]:
    """For each slip the address that binds when it is scanned; empty where the account makes none."""
    if not slips:
        return []
    make = partial(_scene, client, min(days * 86400, LONGEST))
    first = make(slips[0])
    if not first:
        return [""] * len(slips)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [first, *pool.map(make, slips[1:])]


def _scene(client: WeChat, seconds: int, slip: Slip) -> str:
    try:
        return client.create_qr(slip.code, seconds)[1]
    except SendError:
        return ""  # the slip then shows the line to be typed, and the command says how many do


def printed(slip: Slip, scene: str, typed: str) -> Printed:
    """The slip with its QR code: the platform's address, else the line to be typed."""
    drawing = segno.make(scene or typed, error="m", micro=False).svg_inline(omitsize=True, border=2)
    return Printed(slip.class_name, slip.person.name, slip.children, slip.code, Markup(drawing), bool(scene))  # noqa: S704


def page(school: str, slips: Sequence[Printed], until: str) -> str:
    """The whole page; it needs nothing from outside."""
    pages = Environment(loader=PackageLoader("bot"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    facts: dict[str, Any] = {"school": school, "sides": list(_sides(slips)), "until": until, "count": len(slips)}
    return pages.get_template("slips.html").render(facts)


def _sides(slips: Sequence[Printed]) -> Iterator[Sequence[Printed]]:
    for _, group in groupby(slips, key=lambda slip: slip.class_name):
        rows = list(group)
        yield from (rows[n : n + A_SIDE] for n in range(0, len(rows), A_SIDE))
