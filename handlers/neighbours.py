"""Who lives near whom: the street (路) and the estate (小区) that an address names."""

from __future__ import annotations

import re

#: Province, town, district, township: too wide to be a neighbourhood.
_WIDER = re.compile(
    r"^(?:[^\d]{2,6}?(?:省|自治区))?(?:[^\d路街]{2,6}?市)?(?:[^\d路街]{1,5}?(?:(?<!小)区|县|旗))?(?:[^\d路]{1,5}?(?:街道|镇|乡))?"
)
_WORD = r"[^\d\s,，、;；（）()号幢栋]"
_STREET = re.compile(rf"{_WORD}{{1,8}}?(?:大道|胡同|路|街|巷|弄)(?!道)")
_ESTATE = re.compile(rf"{_WORD}{{1,10}}?(?:小区|花园|新村|家园|公寓|社区|苑|村)")


def places(address: str) -> tuple[str, ...]:
    """The estate and the street, the nearer one first; none where the address names neither."""
    here = _WIDER.sub("", address.strip())
    street = _STREET.search(here)
    estate = _ESTATE.search(here, street.end() if street else 0) or _ESTATE.match(here)
    return tuple(found[0] for found in (estate, street) if found)


def shared(one: str, other: str) -> str:
    """The place that both addresses name; empty when they name none in common."""
    there = set(places(other))
    return next((place for place in places(one) if place in there), "")
