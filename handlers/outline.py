"""The talk outline (访谈提纲) of a visit in five steps, by kind of student; the teacher may choose another (Q5)."""

from __future__ import annotations

from handlers.booking import visit_facts
from handlers.pupils import the_visit
from handlers.reach import Owing, teacher_context
from handlers.registry import TEACHER, Words, command, tapped
from handlers.running import run
from handlers.slots import words_of
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding import read
from handlers.understanding.outright import outline_in
from models import outline
from models.conversation import Tap
from models.errors import Refused
from models.outline import KINDS
from models.visit import Visit
from models.visit_life import OPEN

STEPS = ("open", "praise", "discuss", "share", "close")  #: 破冰, 肯定, 共商, 分工, 收尾


def short(visit: Visit, alone: bool) -> str:
    """The five steps on one line, for the brief; of several visits only how to see them, there is no room for more."""
    kind = outline.kind_of(visit)
    if not alone:
        return say("outline.pointer", kind=say(f"outline.{kind}"), student=visit.student.name)
    steps = say("outline.then").join(say(f"outline.{kind}_{step}") for step in STEPS)
    return say("outline.short", kind=say(f"outline.{kind}"), steps=steps)


def asked_for(turn: Turn, text: str) -> Say | None:
    """提纲, 提纲 学优, 张小明的提纲; None when it is nothing of the kind."""
    person, kind = turn.staff, outline_in(text)
    if person is None or kind is None:
        return None
    context = teacher_context(turn, person, Owing([], []), shown=False)
    reading = read(text, turn.local().replace(tzinfo=None), context)
    words = {k: v for k, v in words_of(turn, reading, Owing([], []), context).items() if k == "students"}
    return run(turn, TEACHER, "outline", words | {"kind": kind}, show)


@command(TEACHER, "outline")
def show(turn: Turn, words: Words) -> Say:
    """提纲 学优"""
    visit = the_visit(turn, Visit.of_teacher(turn.session, turn.person, *OPEN), words, "outline.nothing")
    return _chosen(turn, visit, str(words.get("kind") or ""))


@tapped("outline.choose")
def tap_choose(turn: Turn, tap: Tap) -> Say:
    visit = turn.session.get(Visit, tap.subject_id)
    if visit is None or visit.teacher_id != turn.person.id:
        raise Refused("not_yours")
    return _chosen(turn, visit, tap.value)


def _chosen(turn: Turn, visit: Visit, kind: str) -> Say:
    """Kept with the visit where a kind was named; the five steps, and the other kinds to tap."""
    if kind:
        visit.outline = kind
    now = outline.kind_of(visit)
    lines = [
        say("outline.line", number=number, step=say(f"outline.{step}"), text=say(f"outline.{now}_{step}"))
        for number, step in enumerate(STEPS, 1)
    ]
    head = say("outline.head", kind=say(f"outline.{now}"), **visit_facts(visit))
    taps = [turn.tap("outline.choose", say(f"outline.{k}"), visit.id, value=k) for k in KINDS if k != now]
    return Say("\n".join([head, *lines, say("outline.foot")]), taps)
