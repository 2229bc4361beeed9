"""Every sentence the bot says, by key, from texts.zh.toml; a school may override any of them (rulings 35)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources

_own: dict[str, Mapping[str, str]] = {}
_SPOKEN: ContextVar[Mapping[str, str]] = ContextVar("a school's own sentences", default={})  # noqa: B039 - only read


@cache
def sentences() -> dict[str, str]:
    """All sentences as `topic.name`."""
    raw = tomllib.loads(resources.files("handlers").joinpath("texts.zh.toml").read_text(encoding="utf-8"))
    return {f"{topic}.{name}": text.strip("\n") for topic, names in raw.items() for name, text in names.items()}


def use_sentences(school: str, own: Mapping[str, str]) -> None:
    """Gives this process the sentences that the school with that key says in its own way."""
    _own[school] = own


@contextmanager
def speaking_for(school: str) -> Iterator[None]:
    """Inside of the block everything is said as this school says it."""
    token = _SPOKEN.set(_own.get(school, {}))
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def say(key: str, **facts: object) -> str:
    """The sentence with its facts filled in; an unknown key or a missing fact is a bug and rises."""
    return (_SPOKEN.get().get(key) or sentences()[key]).format(**facts)


def has(key: str) -> bool:
    """Whether there is such a sentence."""
    return key in sentences()
