"""How names sound: 王方 for 王芳, 张晓名 for 张小明."""

from __future__ import annotations

from functools import cache

from handlers.understanding.normalise import table

ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@cache
def _syllables() -> dict[str, str]:
    out: dict[str, str] = {}
    words = table("sounds")["syllables"].split()
    for syllable, characters in zip(words[::2], words[1::2], strict=True):
        for said, heard in ALIKE:
            syllable = syllable.replace(said, heard)
        for each in characters:
            out.setdefault(each, syllable)
    return out


def sound(name: str) -> str:
    """One key for names that sound alike; a character without an entry stands for itself."""
    syllables = _syllables()
    return " ".join(syllables.get(each, each) for each in name)
