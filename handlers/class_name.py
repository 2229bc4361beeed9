"""A class however the office writes it: 三（1）班, 3年级1班, 301 are all 三(1)班."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = "零一二三四五六七八九"
_HAN = r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_NUMBER = rf"(?:\d{{1,2}}|{_HAN})"
_GRADE_NUMBER = r"1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九]"
_STAGE = r"(?:小学|(?P<stage>[初高])中?)?"
_GRADE = re.compile(rf"{_STAGE}(?P<grade>{_GRADE_NUMBER})(?:年级?|级)?")
_ENDS = rf"[(\[]?(?P<number>{_NUMBER})[)\]]?班?"
#: First spelling that fits: 三1班, 3年级1班 or 3-1班, 301.
_CLASSES = (
    re.compile(rf"{_STAGE}(?P<grade>十[一二]?|[一二三四五六七八九])(?:年级?|级)?[.\-·/]?{_ENDS}"),
    re.compile(rf"{_STAGE}(?P<grade>1[0-2]|[1-9])(?:年级?|级|[.\-·/]|(?=[(\[])){_ENDS}"),
    re.compile(rf"{_STAGE}(?P<grade>[1-9])(?P<number>[0-2]?[0-9])班?"),
)
_NURSERY = re.compile(rf"(?P<grade>[大中小托])班?{_ENDS}")
_BARE = re.compile(rf"(?:\d{{4}}级)?{_ENDS}")
_NURSERY_GRADES = ("托班", "小班", "中班", "大班")
_MOST_CLASSES = 20
_HAN_DIGITS = {"零": 0, **{digit: value for value, digit in enumerate(_DIGITS)}}


@dataclass(frozen=True)
class ClassName:
    """A class in the one spelling, with its grade (三年级, 初二, 大班)."""

    name: str
    grade: str


@lru_cache(4096)
def class_name(text: str, grade: str = "") -> ClassName | None:
    """The class that is meant; `grade` is what the roster's own column of grades says. None when it is unclear."""
    plain = _plain(text)
    known = grade_name(grade)
    bare = _BARE.fullmatch(plain)
    # 12班 beside 三年级 is 三(12)班; 31班 rather the first class of the third grade.
    if bare and known and _value(bare["number"]) <= _MOST_CLASSES:
        return ClassName(f"{known.removesuffix('年级').removesuffix('班')}({_value(bare['number'])})班", known)
    for spelling in _CLASSES:
        match = spelling.fullmatch(plain)
        if match:
            stage = match["stage"] or (known[:1] if known[:1] in "初高" else "")
            return _spelled(stage, _value(match["grade"]), _value(match["number"]))
    nursery = _NURSERY.fullmatch(plain)
    if nursery:
        return ClassName(f"{nursery['grade']}({_value(nursery['number'])})班", f"{nursery['grade']}班")
    return ClassName(plain, known) if known and plain else None


def grade_name(text: str) -> str:
    """A grade as it is spoken of: 三年级, 初二; empty when it is unclear."""
    plain = _plain(text)
    match = _GRADE.fullmatch(plain)
    if match:
        return _spelled(match["stage"] or "", _value(match["grade"]), 0).grade
    return plain if plain in _NURSERY_GRADES else ""


def risen(name: str, grade: str) -> ClassName | None:
    """The class one year later: 三(2)班 is 四(2)班, 火箭班 stays 火箭班; None when its grade is unclear."""
    after = grade_above(grade)
    if not after:
        return None
    before, behind = (known.removesuffix("年级").removesuffix("班") for known in (grade, after))
    return ClassName(behind + name.removeprefix(before) if name.startswith(f"{before}(") else name, after)


def grade_above(grade: str) -> str:
    """The grade after this one, whether or not the school has it; empty when it is unclear."""
    if grade in _NURSERY_GRADES:
        return (*_NURSERY_GRADES, "学前班")[_NURSERY_GRADES.index(grade) + 1]
    match = _GRADE.fullmatch(grade)
    return _spelled(match["stage"] or "", _value(match["grade"]) + 1, 0).grade if match else ""


def last_grades(grades: Iterable[str]) -> set[str]:
    """Of a school's grades those that leave it: 六年级 or 九年级 by what else it has, 初三, 高三, 大班."""
    found = set(grades)
    numbers = [_value(m["grade"]) for g in found if (m := _GRADE.fullmatch(g)) and not m["stage"]]
    last = next((n for n in (6, 9, 12) if max(numbers, default=0) <= n), 12)
    return found & {_spelled("", last, 0).grade, "初三", "高三", _NURSERY_GRADES[-1]}


def stage(grade: str) -> str:
    """Which grades follow each other: those of one school, of 初中, of 高中, of a nursery school."""
    if grade in _NURSERY_GRADES:
        return "班"
    match = _GRADE.fullmatch(grade)
    return (match["stage"] or "") if match else grade


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _spelled(stage: str, grade: int, number: int) -> ClassName:
    han, short = han_number(grade), stage[:1] if stage[:1] in ("初", "高") else ""
    return ClassName(f"{short}{han}({number})班", f"{short}{han}" if short else f"{han}年级")


def _value(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_HAN_DIGITS[tens] if tens else 1) * 10 * bool(ten) + (_HAN_DIGITS[ones] if ones else 0)


def han_number(value: int) -> str:
    """1 to 99 in characters."""
    tens, ones = divmod(value, 10)
    return (("" if tens == 1 else _DIGITS[tens]) + "十" if tens else "") + (_DIGITS[ones] if ones else "")
