"""Every sentence the bot says, by key, from texts.zh.toml; a school may override any of them (rulings 35)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def sentences() -> dict[str, str]:
    """All sentences as `topic.name`."""
    raw = tomllib.loads(resources.files("handlers").joinpath("texts.zh.toml").read_text(encoding="utf-8"))
    return {f"{topic}.{name}": text.strip("\n") for topic, names in raw.items() for name, text in names.items()}


def say(key: str, **facts: object) -> str:
    """The sentence with its facts filled in; an unknown key or a missing fact is a bug and rises."""
    return sentences()[key].format(**facts)


def has(key: str) -> bool:
    """Whether there is such a sentence."""
    return key in sentences()
