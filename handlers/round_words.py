"""From the words of a round to its stops: which children, in which order, at what times (B14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers import household
from handlers.pupils import full
from handlers.registry import Missing, Nothing, Words
from handlers.texts import say
from handlers.times import settled
from handlers.turn import Turn
from models.student import Student


@dataclass(frozen=True)
class Stop:
    """One home of a round."""

    student: Student
    starts_at: datetime
    minutes: int = 0  #: how long the teacher means to stay, when it was said
    inferred: bool = False
    siblings: tuple[Student, ...] = ()  #: brothers and sisters at the same home


def stops_of(turn: Turn, words: Words) -> list[Stop]:
    """The stops; asks once for the hour, and for one child after the other where a name is of two."""
    _known(turn, words)
    items: list[dict[str, Any]] = words.get("items") or []
    if not items:
        return _one_after_the_other(turn, words)
    new = words.get("time") if "asked" not in words else None
    if new:
        # 修改: another beginning for the whole round.
        first, inferred = settled(turn, words)
        return [replace(_home(turn, item, first), inferred=inferred) for item in items]
    return [_stop(turn, words, number) for number in range(len(items))]


def _known(turn: Turn, words: Words) -> None:
    """Children of one name are told apart one by one."""
    students: list[int] = words.setdefault("students", [])
    choices = [turn.session.get_one(Student, key) for key in words.get("choices") or []]
    which = words.pop("which", None)
    if which:
        students.append(int(which))
        asked = _alike(choices)
        choices = [s for s in choices if s not in asked]
        words["choices"] = [s.id for s in choices]
    if "student_unknown" in (words.get("ask") or []):
        raise Nothing(say("round.unknown"))
    if choices:
        alike = _alike(choices)
        names = say("list.or").join(dict.fromkeys(s.name for s in alike))
        raise Missing("which", say("round.which", names=names), [(full(s), str(s.id)) for s in alike])


def _alike(choices: list[Student]) -> list[Student]:
    """Those whom the first doubtful name may mean: of one name, else of one given name."""
    first = choices[0]
    same = [s for s in choices if s.name == first.name]
    return same if len(same) > 1 else [s for s in choices if s.name[1:] == first.name[1:]]


def _one_after_the_other(turn: Turn, words: Words) -> list[Stop]:
    first, inferred = settled(turn, words)
    said, stay = str(words.get("said") or ""), int(words.get("minutes") or 0)
    students = [turn.session.get_one(Student, key) for key in dict.fromkeys(words["students"])]
    students.sort(key=lambda s: said.find(s.name))
    # All begin with the first; what there is no room for is put later.
    homes = household.homes(students, said)
    return [Stop(home[0], first, stay, inferred, tuple(home[1:])) for home in homes]


def _home(turn: Turn, item: dict[str, Any], starts_at: datetime) -> Stop:
    student, others = turn.session.get_one(Student, item["student"]), household.planned(turn, item)
    return Stop(student, starts_at, **others)


def _stop(turn: Turn, words: Words, number: int) -> Stop:
    item = words["items"][number]
    if words.get("asked") == number:
        item["time"] = words.pop("time")
        del words["asked"]
    student = turn.session.get_one(Student, item["student"])
    try:
        starts_at, inferred = settled(turn, {"time": item["time"]})
    except Missing as wanted:
        words["asked"], words["time"] = number, item["time"]
        question = say("round.when", student=student.name, question=wanted.question)
        raise Missing("time", question, wanted.choices) from None
    return replace(_home(turn, item, starts_at), minutes=int(words.get("minutes") or 0), inferred=inferred)
