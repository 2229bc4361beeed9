"""Who of a family is named for a round table (B11)."""

from __future__ import annotations

import pytest

from handlers.understanding.round_table import relations_in


@pytest.mark.rule("B11")
@pytest.mark.parametrize(
    ("text", "relations"),
    [
        ("周六晚上7点给刘洋开一个视频圆桌，请爸爸妈妈和奶奶一起", ["爸爸", "妈妈", "奶奶"]),
        ("周六晚上7点给刘洋开视频圆桌，父母和姥姥参加", ["爸爸", "妈妈", "姥姥", "外婆"]),
        ("周六晚上7点给刘洋开个圆桌会", []),
        ("周六晚上7点和刘洋妈妈视频", None),
    ],
)
def test_who_is_meant(text, relations):
    assert relations_in(text) == relations
