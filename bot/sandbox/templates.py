"""What may stand in a template message (模板消息): the platform's limits for each kind of field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.accounts import Account, Template, label_of, title_of
from bot.sandbox.errors import ApiError

_HOUR = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_DAY = r"\d{4}(?:年(?:0?[1-9]|1[0-2])月(?:0?[1-9]|[12]\d|3[01])日|([-/.])\d{1,2}\1\d{1,2})"
_DAY2 = _DAY.replace(r"\1", r"\2")
_WHEN = rf"(?:{_DAY} ?)?{_HOUR}"
_UNTIL = rf"(?:{_DAY2} ?)?{_HOUR}"

#: Field type → what a whole value must match.
RULES = {
    "thing": r".{1,20}",
    "number": r"(?=.{1,32}$)\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[\x21-\x7e]{1,32}",
    "time": rf"{_WHEN}(?: ?~ ?{_UNTIL})?",
    "date": rf"{_DAY}(?: ?{_HOUR})?(?: ?~ ?{_DAY2}(?: ?{_HOUR})?)?",
    "amount": r"[¥￥$€£]?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[\d+\-() ]{1,17}",
    "car_number": r"\w{1,8}",
    "name": r"(?=.*[^\x00-\x7f]).{1,10}|[\x20-\x7e]{1,20}",
    "phrase": r"[\u4e00-\u9fff]{1,5}",
}
#: Kinds whose limits are on no page.
DEFAULT_RULE = r".{1,20}"
#: Taken away without a word since 2023-05-04.
STRIPPED = frozenset({"first", "remark"})
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_KEY = re.compile(r"([a-z_]+)\d*")


@dataclass(frozen=True)
class Card:
    """A template message as the phone shows it."""

    title: str
    lines: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "\n".join([self.title, *(f"{name}: {value}" for name, value in self.lines)])


def find_template(account: Account, template_id: object) -> tuple[str, Template]:
    """The kind and the template of that id, else 40037."""
    for kind, template in account.templates.items():
        if template.id == template_id:
            return kind, template
    raise ApiError(40037)


def fill(kind: str, template: Template, data: object) -> Card:
    """The card for the data of a call; 47003 names the field that is not as it must be."""
    if not isinstance(data, Mapping):
        raise ApiError(47003, "data is empty")
    stray = set(data) - set(template.fields) - STRIPPED
    if stray:
        raise ApiError(47003, f"data.{min(stray)} is not in the template")
    lines = [(label_of(template, key), _value(key, data.get(key))) for key in template.fields]
    return Card(title_of(kind, template), tuple(lines))


def _value(key: str, given: object) -> str:
    raw = given.get("value") if isinstance(given, Mapping) else None
    if not isinstance(raw, str | int | float):
        raise ApiError(47003, f"data.{key}.value is emtpy")
    value = _EMOJI.sub("", str(raw)).strip(" ")
    if not value:
        raise ApiError(47003, f"data.{key}.value is emtpy")
    if not _allowed(key, value):
        raise ApiError(47003, f"data.{key}.value invalid")
    return value


def _allowed(key: str, value: str) -> bool:
    kind = _KEY.fullmatch(key)
    rule = RULES.get(kind.group(1) if kind else key, DEFAULT_RULE)
    return not _CONTROL.search(value) and re.fullmatch(rule, value) is not None


def library(account: Account) -> list[dict[str, str]]:
    """The account's templates as the platform lists them."""
    return [
        {
            "template_id": template.id,
            "title": title_of(kind, template),
            "primary_industry": "教育",
            "deputy_industry": "院校",
            "content": "\n".join(f"{label_of(template, key)}:{{{{{key}.DATA}}}}" for key in template.fields),
            "example": "",
        }
        for kind, template in account.templates.items()
    ]
