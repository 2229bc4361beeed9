"""The words of a school's roster: columns, roles, relations, categories, and what the import says about a file."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Any

_REMARK = re.compile(r"[(\[].*?[)\]]")
_COUNT = re.compile(r"\d+")


@cache
def words() -> dict[str, Any]:
    """The whole table."""
    return tomllib.loads(resources.files("handlers").joinpath("roster_words.toml").read_text(encoding="utf-8"))


@cache
def columns(kind: str) -> dict[str, str]:
    """Header -> field, for the lines of a student, a guardian or a teacher."""
    return {header: name for name, headers in words()["columns"][kind].items() for header in headers}


@cache
def categories() -> dict[str, str]:
    """Every name of a key category (P5) -> the one that is kept."""
    table = words()["categories"]
    return {_bare(other): name for name, others in table.items() for other in (name, *others)}


def category(text: str) -> tuple[str, bool]:
    """The category that is meant, and whether it is a known one."""
    known = categories().get(_bare(text).removesuffix("学生").removesuffix("儿童")) or categories().get(_bare(text))
    return known or text, known is not None


def role(text: str) -> str | None:
    """The role that is meant, as models know it."""
    name: str | None = words()["roles"].get(_bare(text))
    return name


def relation(text: str) -> str:
    """How a guardian is called in the family: 妈妈 for 母亲; what is unknown stays as written."""
    plain = _bare(text)
    return str(words()["relations"].get(plain, plain))


def answer(text: str) -> bool | None:
    """Yes or no; None when it is neither."""
    plain = _bare(text).lower()
    if plain in words()["answers"]["yes"]:
        return True
    return False if plain in words()["answers"]["no"] else None


def header(text: str) -> tuple[str, int]:
    """A column's name without remarks, and the number in it (家长2姓名), 0 for none."""
    plain = _REMARK.sub("", unicodedata.normalize("NFKC", text)).replace("*", "").rstrip(":")
    count = _COUNT.search(plain)
    return _bare(_COUNT.sub("", plain)), int(count[0]) if count else 0


def say(section: str, key: str, **facts: object) -> str:
    """A sentence of the import."""
    return str(words()[section][key]).format(**facts)


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
