"""Brothers and sisters visited together: which children a sentence means, and what is offered (rulings 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.drafts import is_fresh
from handlers.registry import TEACHER, Missing, Words, command_for, tapped
from handlers.running import run
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding import Reading
from handlers.understanding.household import Home, adds, home_in
from models.conversation import Tap
from models.person import Person
from models.student import Student
from models.visit_plan import Plan

BOY, GIRL = "男", "女"


def at_one_home(turn: Turn, words: Words) -> Words | None:
    """Several children of one home at one hour, as the words of one visit; None where they make a round."""
    found = [turn.session.get_one(Student, key) for key in dict.fromkeys(words.get("students") or [])]
    said = str(words.get("said") or "")
    doubtful = words.get("items") or words.get("choices") or home_in(said, [s.name for s in found]).apart
    if len(found) < 2 or doubtful or not all(found[0].lives_with(s) for s in found[1:]):
        return None
    found.sort(key=lambda s: said.find(s.name))
    return words | {"students": [found[0].id], **kept(found[1:])}


def homes(found: Sequence[Student], said: str) -> list[list[Student]]:
    """The children of a round home by home; each by itself where that was said."""
    together: list[list[Student]] = []
    apart = home_in(said, [s.name for s in found]).apart
    for student in found:
        home = next((h for h in together if not apart and all(s.lives_with(student) for s in h)), None)
        if home is None:
            together.append([student])
        else:
            home.append(student)
    return together


def siblings(turn: Turn, person: Person, student: Student, words: Words) -> list[Student]:
    """Who is visited with the student: those who were named or tapped, else whom 妹妹 or 一家 means."""
    chosen = words.get("siblings")
    if chosen is None:
        chosen = [s.id for s in _meant(turn, person, student, words)]
        words["siblings"] = chosen
    return [turn.session.get_one(Student, key) for key in chosen]


def _meant(turn: Turn, person: Person, student: Student, words: Words) -> list[Student]:
    home, found = _said(student, words), in_reach(turn, student, person)
    if home.whole:
        return found
    if not home.kin:
        return []
    tapped_one = [s for s in found if str(s.id) == words.get("sibling")]
    fitting = [s for s in found if s.gender in (_gender(home.kin), "")]
    if found and len(fitting) != 1 and not tapped_one:
        choices = [(s.name, str(s.id)) for s in fitting or found]
        raise Missing("sibling", say("household.which", student=student.name, kin=home.kin), choices)
    return tapped_one or fitting


def _said(student: Student, words: Words) -> Home:
    return home_in(str(words.get("said") or ""), [student.name])


def in_reach(turn: Turn, student: Student, person: Person) -> list[Student]:
    """The student's brothers and sisters whom this teacher teaches or leads; nobody hears here of any other."""
    return [s for s in student.siblings(turn.session) if s.in_reach_of(person)]


def kept(found: Sequence[Student]) -> dict[str, Any]:
    """As it is kept in a draft, or among the words of a command."""
    return {"siblings": [s.id for s in found]}


def planned(turn: Turn, along: dict[str, Any]) -> dict[str, Any]:
    """The same as a plan wants it."""
    return {"siblings": tuple(turn.session.get_one(Student, key) for key in along.get("siblings") or ())}


def joins(turn: Turn, intent: str, words: Words, reading: Reading, text: str) -> bool:
    """带上张小雅一起, said of the draft that is shown: who lives with its student goes into its words."""
    named = [turn.session.get_one(Student, known.id) for known in reading.slots.get("students") or ()]
    if intent != "book" or not named or reading.slots.get("time") or not adds(text):
        return False
    student = turn.session.get_one(Student, words["students"][0])
    if not all(s.lives_with(student) for s in named):
        return False
    words["siblings"] = list(dict.fromkeys([*(words.get("siblings") or []), *(s.id for s in named)]))
    words["together"] = True
    return True


def shown(plan: Plan, words: Words) -> str:
    """The line of a draft about who is visited together, marked when it was not said so; and whom nobody found."""
    home = home_in(str(words.get("said") or ""), [s.name for s in plan.students])
    if plan.siblings:
        return "\n" + say("household.shown", mark="" if home.told or words.get("together") else say("book.inferred"))
    if not (home.kin or home.stray):
        return ""
    return "\n" + say("household.not_found", who=home.stray or home.kin, student=plan.student.name)


def offered(turn: Turn, plan: Plan, said: Say) -> Say:
    """A brother or sister who could come with it is one tap away; nothing is pressed on anybody."""
    number = str(turn.memory["draft"]["number"])
    others = [s for s in in_reach(turn, plan.student, plan.teacher) if s not in plan.siblings]
    for other in others[:2]:
        label = say("household.together", kin=_kin(plan.student, other), name=other.name)
        said.taps.append(turn.tap("draft.sibling", label, other.id, value=number))
    return said


@tapped("draft.sibling")
def tap_sibling(turn: Turn, tap: Tap) -> Say:
    """The draft anew, with the brother or sister in it."""
    if not is_fresh(turn, tap):
        return Say(say("draft.stale"))
    again = turn.memory.pop("draft")["again"]
    function = command_for(TEACHER, again["intent"])
    assert function is not None
    together = [*again["words"].get("siblings", []), tap.subject_id]
    return run(turn, TEACHER, again["intent"], again["words"] | {"siblings": together, "together": True}, function)


def _gender(kin: str) -> str:
    return BOY if kin in (say("household.kin_elder").split()[0], say("household.kin_younger").split()[0]) else GIRL


def _kin(student: Student, other: Student) -> str:
    """弟弟, 妹妹, 哥哥 or 姐姐; nothing where the roster does not tell."""
    if not (student.birthday and other.birthday and other.gender in (BOY, GIRL)):
        return ""
    words = say("household.kin_elder" if other.birthday < student.birthday else "household.kin_younger").split()
    return words[other.gender == GIRL]
