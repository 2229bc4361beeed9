"""Who is named in a text: students, colleagues, classes; also by first name, by sound, and those nobody knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from handlers.understanding.normalise import pattern, table
from handlers.understanding.numerals import number
from handlers.understanding.roster import Known, Roster, Teacher

KIN = r"妈妈|爸爸|妈|爸|爷爷|奶奶|外公|外婆|姥姥|姥爷|家长|父亲|母亲|父母|监护人|叔叔|阿姨|姑姑|舅舅"
#: What shows that a first name is meant for a child, after it and before it.
AFTER_NAME = re.compile(rf"同学|小朋友|家|{KIN}|的|孩子|这孩子|[,、 ]|$")
BEFORE_NAME = re.compile(r"(?:去|给|约|到|访|和|跟|把|替|找|与|取消|记录|记一下|改|[,、 ]|^)$")
#: First names that are also words count only before one of these.
WORD_NAMES = frozenset(
    [
        "天天",
        "想想",
        "乐乐",
        "小雨",
        "明天",
        "平时",
        "阳光",
        "小雪",
        "春天",
        "可可",
        "可以",
        "一诺",
        "高兴",
        "星期",
        "周末",
        "立春",
        "晨晨",
        "月月",
        "日日",
        "年年",
        "晚晚",
        "一天",
        "子时",
        "清晨",
        "元旦",
        "国庆",
        "中秋",
        "小年",
    ]
)
#: 记录小雨，…: a record is of a child.
NOTED = re.compile("(?:记录|登记|补录|补记|记一下|记一笔)$")
STRONG_AFTER = re.compile(rf"同学|小朋友|家|{KIN}")


@dataclass(frozen=True, slots=True)
class Mention:
    """`how`: exact, given, sound, near, unknown for students; teacher; class."""

    start: int
    end: int
    said: str
    how: str
    students: tuple[Known, ...] = ()
    teachers: tuple[Teacher, ...] = ()
    class_name: str = ""

    @property
    def kind(self) -> str:
        return self.how if self.how in ("teacher", "class", "unknown") else "student"


def mentions(text: str, roster: Roster) -> list[Mention]:
    """Every name in the text, from left to right, without overlap; longer ones win."""
    found = _classes(text, roster)
    taken = [(each.start, each.end) for each in found]
    at = 0
    while at < len(text):
        mention = _known(text, at, roster) if text[at] in roster.heads else None
        if mention is not None and not any(start < mention.end and at < end for start, end in taken):
            found.append(mention)
            at = mention.end
        else:
            at += 1
    found.sort(key=lambda each: each.start)
    return found


def _known(text: str, at: int, roster: Roster) -> Mention | None:
    for length in roster.lengths:
        said = text[at : at + length]
        if len(said) < length:
            continue
        end = at + length
        if said in roster.teachers and not (said in roster.students and not text.startswith("老师", end)):
            return Mention(at, end, said, "teacher", teachers=roster.teachers[said])
        if said in roster.students:
            return Mention(at, end, said, "exact", students=roster.students[said])
        if said in roster.given and _is_name(text, at, end, said):
            return Mention(at, end, said, "given", students=roster.given[said])
    return None


def _is_name(text: str, start: int, end: int, said: str) -> bool:
    if start and text[start - 1] in table("times")["shield"]["surnames"]:
        return False  # Another child's name: 刘子豪 is not 郭子豪.
    if said in WORD_NAMES:
        noted = NOTED.search(text[max(0, start - 3) : start]) and re.match("[,:、]", text[end : end + 1])
        return bool(noted or STRONG_AFTER.match(text, end))
    return bool(AFTER_NAME.match(text, end)) or bool(BEFORE_NAME.search(text[max(0, start - 3) : start]))


def _classes(text: str, roster: Roster) -> list[Mention]:
    if "班" not in text:
        return []
    out = []
    for match in pattern("names.class").finditer(text):
        called = class_called(match[1], match[2])
        name = next((each for each in roster.classes if _class_key(each) == called), called)
        out.append(Mention(match.start(), match.end(), match.group(), "class", class_name=name))
    return out


def class_called(grade: str, which: str) -> str:
    return f"{grade if not grade.isdecimal() else '零一二三四五六七八九'[int(grade)]}({number(which)})班"


@cache
def _class_key(name: str) -> str:
    match = pattern("names.class").search(name.replace("（", "(").replace("）", ")"))
    return class_called(match[1], match[2]) if match else name


def _heard_first(masked: str, roster: Roster) -> Mention | None:
    """宋家琪周日两点: a clause that begins with what sounds like the name of a child."""
    for match in re.finditer(r"(?:^|[,。 、:])([\u4e00-\u9fff]{3})", masked[:60]):
        heard, _ = roster.alike(match[1])
        if heard:
            return Mention(*match.span(1), match[1], "sound", students=tuple(heard))
    return None


@cache
def _stranger() -> re.Pattern[str]:
    surnames = table("times")["shield"]["surnames"]
    name = rf"(?:欧阳|司马|上官|诸葛|[{surnames}])[\u4e00-\u9fff]{{1,2}}?"
    return re.compile(
        rf"(?:(?<=[去到访给约和跟把替找与请的])|(?<=取消)|(?<=记录)|(?<=一下)|(?<=提醒)|(?<![\u4e00-\u9fff])|(?<=[午上点半]))(?P<a>{name})(?=同学|小朋友|家里|家(?!访|长会)|(?:{KIN})|的家访|的记录)"
        rf"|(?:(?<=[去到])|(?<=一趟))(?P<c>(?![他她我你您咱谁哪几这那两大人搬国老各每别学了过的]|[一二三四五六七八九十]|家长|孩子)[\u4e00-\u9fff·]{{2,5}}?)(?=同学家|家(?!访|长会|里人))"
        rf"|(?:家访|走访|电访|约访|记录|记一下|取消|约|看看)\s?(?P<b>{name})(?=$|[,。 的]|[今明后周下上星这]|家)"
        rf"|^(?P<d>[{surnames}](?:(?!{KIN})[\u4e00-\u9fff]){{2}})"
        rf"(?=[ ,].{{0,24}}(?:上门|入户|家访|来校|电话|视频)[。!吧]*$)"
    )


def stranger(masked: str, roster: Roster) -> Mention | None:
    """A child's name that is not in reach: perhaps somebody who sounds like it, perhaps nobody."""
    match = _stranger().search(masked)
    if match is None:
        return _heard_first(masked, roster)
    group = next(each for each in "abcd" if match[each])
    said = match[group]
    if said[1:] in ("老师", "老", "主任", "校长", "家", "某") or said.endswith(("老师", "个", "们", "主任", "校长")):
        return None
    heard, close = roster.alike(said)
    how = "sound" if heard else "near" if close else "unknown"
    if how == "near":
        return Mention(match.start(group), match.end(group), said, "unknown", students=tuple(close))
    return Mention(match.start(group), match.end(group), said, how, students=tuple(heard))
