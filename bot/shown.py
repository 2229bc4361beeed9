"""The configuration as it may be shown: every secret a row of stars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import time
from typing import Any

from bot.config import Config
from bot.tables import is_masked

STARS = "********"
_PASSWORD = re.compile(r"(://[^:/@]*:)[^@]*@")


def shown(config: Config) -> str:
    """The whole configuration in the form of its file."""
    head = [f"# from {config.source}", f'data = "{config.data}"']
    sections = ("database", "redis", "web", "sandbox", "secrets", "log", "policy")
    lines = [line for name in sections for line in _table(name, getattr(config, name))]
    for group in ("wechat", "school"):
        for name, entry in getattr(config, group).items():
            lines += _table(f"{group}.{name}", entry)
    return "\n".join(head + lines)


def _table(name: str, entry: Any) -> Iterator[str]:
    yield f"\n[{name}]"
    below: dict[str, Any] = {}
    for field in fields(entry):
        value = getattr(entry, field.name)
        if field.name == "days":
            continue  # a file of its own holds it
        if is_dataclass(value):
            below[field.name] = value
        elif field.name == "templates":
            below |= {f"templates.{kind}": template for kind, template in value.items()}
        elif field.metadata.get("key", True):
            yield f"{field.name} = {_value(mask(value) if is_masked(field) else value)}"
    for key, value in below.items():
        yield from _table(f"{name}.{key}", value)


def mask(secret: str) -> str:
    """Stars for a secret; of an address only the password."""
    if "://" in secret:
        return _PASSWORD.sub(rf"\1{STARS}@", secret)
    return STARS if secret else ""


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if isinstance(value, tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    return str(value)
