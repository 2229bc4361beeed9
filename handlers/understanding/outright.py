"""What is said outright, whatever was asked last: help me, all is well, ten minutes late, the family said yes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from handlers.understanding.answers import minutes_in
from handlers.understanding.normalise import table
from handlers.understanding.numerals import number


@cache
def _row(name: str) -> re.Pattern[str]:
    return re.compile(table("outright")[name])


def calls_for_help(text: str) -> bool:
    """A teacher's own danger, denials and questions about it taken away."""
    return bool(_row("sos").search(_row("sos_safe").sub("·", text)))


def is_safe(text: str) -> bool:
    return bool(_row("safe").match(text.strip()))


def cut_short(text: str) -> bool:
    return bool(_row("ended").match(text.strip()))


def minutes_late(text: str, part: str) -> int | None:
    """How many minutes a teacher or a family (`teacher`, `family`) says to be late; None for anything else."""
    return minutes_in(text) if _row(f"late_{part}").match(text.strip()) else None


def who_is_there(text: str) -> str | None:
    """到时候孩子和奶奶在家: who will be at home, without the yes before it; None for anything else."""
    found = _row("present").match(text.strip(" \u3002.\uff01!\uff0c,~\uff5e"))
    return found["who"] if found else None


def wish_to_read(text: str) -> tuple[str, str] | None:
    """申请查看三(1)班张伟：转班前想了解情况: of whom and why, the reason perhaps empty; None for anything else."""
    found = _row("read_beyond").match(text.strip())
    return (found["name"].strip(), (found["reason"] or "").strip()) if found else None


def outline_in(text: str) -> str | None:
    """提纲, 张小明的提纲, 提纲 学优: which kind of talk outline is named, empty for none; None for anything else."""
    row = table("outright")["outline"]
    if not re.match(row["asked"], text.strip()):
        return None
    return next((kind for kind, words in row["kinds"].items() if re.search(words, text)), "")


def letter_in(text: str) -> tuple[str, str] | None:
    """What stands before a letter to a family, and the letter, which may be empty; None for anything else."""
    found = _row("letter").match(text.strip())
    return (found["head"], next((b for b in found.groups()[1:] if b), "").strip()) if found else None


def heard_on_the_phone(text: str) -> tuple[str, str] | None:
    """`yes`, `no` or `move`, and the words about the time, after somebody of a family has been named."""
    who = _row("phone_who").search(text)
    if who is None or re.search("[?？吗]", text):
        return None
    rest = text[who.end() :].strip(" ,，")
    for answer in ("no", "yes", "move"):
        found = _row(f"phone_{answer}").match(rest)
        if found:
            return answer, found["when"] if answer == "move" else ""
    return None


def survey_change(text: str) -> tuple[int | None, str] | None:
    """第2题改成4: the number of the question, none for the last one, and what it is to be; None for anything else."""
    found = _row("survey_change").match(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    return (number(found["number"]) if found["number"] else None), found["what"].strip()


def resumes_survey(text: str) -> bool:
    return bool(_row("survey_resume").match(text.strip()))


def puts_survey_off(text: str) -> bool:
    return bool(_row("survey_later").match(text.strip()))


def reports(text: str) -> bool:
    return bool(_row("report").match(text.strip()))
