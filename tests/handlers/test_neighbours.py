"""Who lives near whom: what an address names, and what it does not."""

from __future__ import annotations

import pytest

from handlers.neighbours import places, shared


@pytest.mark.rule("P12")
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("云溪市青禾区杏花路18号3幢201室", ("杏花路",)),
        ("杏花路18号", ("杏花路",)),
        ("云溪市青禾区杏花路18号阳光小区3幢", ("阳光小区", "杏花路")),
        ("阳光小区3幢201", ("阳光小区",)),
        ("幸福家园2栋", ("幸福家园",)),
        ("青禾县柳树镇李家村3组", ("李家村",)),
        ("云溪市城西区解放大道100号", ("解放大道",)),
        ("云溪市青禾区", ()),
        ("3幢201室", ()),
        ("", ()),
    ],
)
def test_an_address_names_an_estate_and_a_street(address: str, expected: tuple[str, ...]) -> None:
    assert places(address) == expected


@pytest.mark.rule("P12")
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("云溪市青禾区杏花路18号", "杏花路7号", "杏花路"),
        ("杏花路18号阳光小区3幢", "阳光小区1幢", "阳光小区"),
        ("杏花路18号", "柳荫街18号", ""),
        ("云溪市青禾区", "云溪市青禾区", ""),  # a district is no neighbourhood
        ("", "", ""),
    ],
)
def test_neighbours_share_an_estate_or_a_street(one: str, other: str, expected: str) -> None:
    assert shared(one, other) == expected
