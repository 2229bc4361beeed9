"""Which child is meant: one student in the speaker's reach, or a question with the names."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import when
from handlers.registry import Missing, Nothing, Words
from handlers.texts import say
from handlers.turn import Turn
from models.person import Person
from models.student import Student
from models.visit import Visit


def the_student(turn: Turn, person: Person, words: Words) -> Student:
    """The one student the words name; asks when there is none, or more than one, or when it was a guess."""
    doubts: list[str] = words.get("ask") or []
    named = _within_reach(turn, person, words.get("students") or [])
    maybe = named + [s for s in _within_reach(turn, person, words.get("choices") or []) if s not in named]
    if "student_unknown" in doubts:
        raise Missing("student", say("ask.student_unknown"), _names(maybe))
    if "student_ambiguous" in doubts or len(named) > 1:
        raise Missing("student", say("ask.student_which"), _names(maybe))
    if "student_confirm" in doubts and maybe:
        raise Missing("student", say("ask.student_confirm", student=full(maybe[0])), _names(maybe))
    if not named:
        raise Missing("student", say("ask.student"), [])
    return named[0]


def _within_reach(turn: Turn, person: Person, ids: Sequence[int]) -> list[Student]:
    found = [turn.session.get(Student, key) for key in ids]
    return [s for s in found if s is not None and s.in_reach_of(person)]


def full(student: Student) -> str:
    """Name and class, which tell same names apart."""
    return say("name.student", name=student.name, school_class=student.school_class.name)


def all_names(students: Sequence[Student]) -> str:
    """张小明、张小雅."""
    return say("list.and").join(s.name for s in students)


def all_classes(students: Sequence[Student]) -> str:
    """三(2)班、五(1)班: each once."""
    return say("list.and").join(dict.fromkeys(s.school_class.name for s in students))


def _names(students: Sequence[Student]) -> list[tuple[str, str]]:
    return [(full(s), str(s.id)) for s in students[:8]]


def the_visit(turn: Turn, visits: Sequence[Visit], words: Words, nothing: str) -> Visit:
    """The one visit meant among these; asks when several fit, `Missing` without choices when none does."""
    wanted = {int(v) for v in [words.get("visit"), *(words.get("target_visits") or [])] if v}
    named = words.get("students") or []
    fitting = [v for v in visits if (not wanted or v.id in wanted) and (not named or v.is_of(named))]
    fitting = [v for v in fitting if _at(v, words.get("target_time"))]
    if not fitting:
        raise Nothing(say(nothing))
    if len(fitting) > 1:
        labels = [
            (
                say("name.visit", student=all_names(v.students), time=when.spoken(v.starts_at, turn.school.zone)),
                str(v.id),
            )
            for v in fitting[:8]
        ]
        raise Missing("visit", say("ask.visit_which"), labels)
    return fitting[0]


def _at(visit: Visit, time: dict[str, str] | None) -> bool:
    """Whether the visit is on the day, and at the hour, by which it was named."""
    start = (time or {}).get("start")
    if not start or start.startswith("T"):
        return True
    begins = visit.starts_at.astimezone(visit.school.zone).replace(tzinfo=None).isoformat(timespec="minutes")
    return begins.startswith(start[:16])
