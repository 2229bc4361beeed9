"""A round table of the family (视频圆桌): whether one is meant, and who of the family is named."""

from __future__ import annotations

import re

from handlers.understanding.normalise import table


def relations_in(text: str) -> list[str] | None:
    """The relations that are named, in their plain form; None when no round table is meant."""
    row = table("outright")["round_table"]
    if row["word"] not in text:
        return None
    found = re.findall("|".join(row["relations"]), text)
    return list(dict.fromkeys(each for word in found for each in row["relations"][word]))
