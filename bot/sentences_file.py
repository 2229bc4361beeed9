"""Sentences that a school says in its own way: a file like `handlers/texts.zh.toml` that holds only what differs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from bot.tables import ConfigError
from handlers.texts import sentences

#: A message holds 2,048 bytes, and most hold more than one sentence.
LONGEST = 600
#: What days, lists and forms are made of is no sentence; words that are looked for in what people type are none either.
FIXED = re.compile(
    r"(?:when|list|form_said|record_words|household\.kin)|.*(?:words?|_general|_unless|short_answers|of_name)$"
)


def read_sentences(path: Path, where: str) -> dict[str, str]:
    """The sentences in that file as `topic.name`; raises `ConfigError` with one line."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{where}: cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{where}: {path.name}: {error}") from None
    found: dict[str, str] = {}
    for topic, table in tree.items():
        for name, text in _named(topic, table, f"{where}: {path.name}").items():
            key = f"{topic}.{name}"
            wrong = _wrong(key, text)
            if wrong:
                raise ConfigError(f"{where}: {path.name}: {key}: {wrong}")
            found[key] = str(text).strip("\n")
    return found


def _named(topic: str, table: object, where: str) -> Mapping[str, Any]:
    if not isinstance(table, Mapping):
        raise ConfigError(f"{where}: {topic}: must stand in a table, such as [book]")
    return table


def _wrong(key: str, text: object) -> str:
    if key not in sentences():
        return "there is no such sentence in texts.zh.toml"
    if FIXED.match(key):
        return "is no sentence that a school may change"
    if not isinstance(text, str) or not text.strip():
        return "must be text"
    if len(text) > LONGEST:
        return f"is longer than {LONGEST} characters"
    try:
        have, want = _facts(text), _facts(sentences()[key])
    except ValueError as error:
        return f"its braces are wrong: {error}"
    if have != want:
        return f"must have the same facts: {', '.join(f'{{{name}}}' for name in sorted(want)) or 'none'}"
    return ""


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
