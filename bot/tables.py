"""How a table of the configuration becomes a frozen dataclass: every key known, every value of its type."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
Table = Mapping[str, Any]


class ConfigError(Exception):
    """The configuration cannot be used; the text is one line that says where and what to do."""


def masked() -> Any:
    """A field that nobody is shown, and that may come from a file: `<name>_file = "path"`."""
    return dataclasses.field(default="", repr=False, metadata={"masked": True})


def named(make: Callable[[], Any] = str) -> Any:
    """A field that the table's own name or a table below it gives, not a key."""
    return dataclasses.field(default_factory=make, metadata={"key": False})


def is_masked(field: dataclasses.Field[Any]) -> bool:
    return bool(field.metadata.get("masked"))


def keys(cls: type[Any]) -> dict[str, dataclasses.Field[Any]]:
    """The keys that a table of this kind may hold."""
    return {f.name: f for f in dataclasses.fields(cls) if f.metadata.get("key", True)}


def fill(cls: type[T], table: object, where: str, folder: Path, **given: Any) -> T:
    """One dataclass from one table; `folder` is where relative `…_file` paths begin.

    A value that is missing keeps its default; a dataclass may be filled over another by giving its fields in `given`.
    """
    if not isinstance(table, Mapping):
        raise ConfigError(f"{where} must be a table")
    known, hints, values = keys(cls), get_type_hints(cls), dict(given)
    for key, value in table.items():
        name, content = _from_file(key, value, known, where, folder)
        if name not in known:
            raise ConfigError(f"{where} {key}: unknown key{_near(key, known)}")
        values[name] = typed(content, hints[name], f"{where} {key}")
    return cls(**values)


def typed(value: object, hint: Any, where: str) -> Any:
    """The value as the type that the field names; times may be written "07:30"."""
    if hint is time and isinstance(value, str):
        try:
            return time.fromisoformat(value)
        except ValueError:
            raise ConfigError(f'{where}: must be a time such as "07:30", not {value!r}') from None
    if hint is date and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ConfigError(f"{where}: must be a day such as 2026-09-01, not {value!r}") from None
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple and isinstance(value, list):
        return tuple(typed(item, inner[0], where) for item in value)
    if origin in (dict, Mapping) and isinstance(value, Mapping):
        return {str(k): typed(v, inner[1], f"{where}.{k}") for k, v in value.items()}
    if origin is None and type(value) is hint:
        return value
    if hint is float and type(value) is int:
        return float(value)
    raise ConfigError(f"{where}: must be {_spoken(hint)}, not {_spoken(type(value))}")


def read_secret(path: Path, where: str) -> str:
    """The one line of a secret's file; others on the machine must not be able to read it."""
    try:
        if path.stat().st_mode & 0o007:
            raise ConfigError(f"{where}: {path} can be read by everybody; chmod 600 {path}")
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"{where}: cannot read {path}: {error.strerror}") from None


def _from_file(key: str, value: object, known: Mapping[str, Any], where: str, folder: Path) -> tuple[str, object]:
    name = key.removesuffix("_file")
    if key in known or name not in known or not is_masked(known[name]):
        return key, value
    if not isinstance(value, str):
        raise ConfigError(f"{where} {key}: must be a path")
    return name, read_secret(folder / value, f"{where} {key}")


def _near(key: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(key, known, 1)
    return f"; did you mean {near[0]}?" if near else f" (known: {', '.join(known)})"


def _spoken(hint: Any) -> str:
    words = {
        str: "text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        time: "a time",
        date: "a day",
    }
    if get_origin(hint) is tuple:
        return f"a list of {_spoken(get_args(hint)[0]).removeprefix('a ')}s"
    return words.get(hint, "a table" if get_origin(hint) in (dict, Mapping) else getattr(hint, "__name__", str(hint)))
