"""What the school has on one student, for who teaches or leads it; that it was read is kept (R5, rulings 20)."""

from __future__ import annotations

from handlers import when
from handlers.last_time import last_time, last_visit, still_open
from handlers.offered import spoken_start
from handlers.pupils import full, the_student
from handlers.registry import TEACHER, Nothing, Words, command
from handlers.story import story_tap
from handlers.texts import say
from handlers.turn import Say, Turn
from models import history
from models.concern import Concern
from models.coverage import VISITED, Period, standings
from models.student import Guardianship, Student
from models.visit import Visit
from models.visit_life import OPEN


@command(TEACHER, "student_profile")
def student_profile(turn: Turn, words: Words) -> Say:
    """张小明的情况"""
    if not words.get("students") and not words.get("choices"):
        # Whoever neither teaches nor leads a child is told nothing of it, not even whether there is one (rulings 20).
        raise Nothing(say("facts.beyond"))
    student = the_student(turn, turn.person, words)
    last = last_visit(turn.session, student)
    return Say(facts_of(turn, student), [story_tap(turn.tap, last)] if last else [])


def facts_of(turn: Turn, student: Student, reason: str = "") -> str:
    """The student on one page, for the eyes of the speaker."""
    history.read(turn.session, turn.person.id, student, "facts", turn.now, reason)
    family = say("list.semicolon").join(_guardian(g) for g in student.guardianships)
    lines = [
        say("facts.head", full=full(student), number=student.number, more=_more(turn, student)),
        say("facts.family", text=family or say("facts.no_family")),
        say("facts.address", text=student.address or say("answer.no_address")),
    ]
    optional = {
        "categories": say("list.and").join(student.categories), "health": student.health or "",
        "term": _term(turn, student), "last": last_time(turn.session, student), "coming": _coming(turn, student),
        "open": still_open(turn.session, student), "concerns": _concerns(turn, student),
    }  # fmt: skip
    return "\n".join(lines + [say(f"facts.{name}", text=text) for name, text in optional.items() if text])


def _more(turn: Turn, student: Student) -> str:
    return "".join(
        [student.gender and f" {student.gender}", " " + say("show.student_boarding")][: 1 + student.boarding]
    )


def _guardian(tie: Guardianship) -> str:
    """Who may be told with telephone; who may not, without."""
    if tie.muted:
        return say("facts.muted", relation=tie.relation)
    phone = tie.person.phone or say("answer.no_phone")
    return say("facts.guardian", relation=tie.relation, name=tie.person.name, phone=phone)


def _term(turn: Turn, student: Student) -> str:
    """How the child stands this term (P1, P2, P4)."""
    period = Period.of(turn.school, turn.now)
    found = standings(turn.session, turn.school, period, Student.id == student.id)
    if not found:
        return ""
    standing = found[0]
    words = [say(f"facts.{standing.state}")]
    words += [say("facts.not_enough")] if standing.state == VISITED and standing.owed else []
    words += [say("facts.no_home")] if standing.home_refused else []
    words += [say("facts.at_home_lately" if standing.at_home_lately else "facts.not_at_home_lately")]
    return say("list.semicolon").join(words)


def _coming(turn: Turn, student: Student) -> str:
    found = [v for v in Visit.of_student(turn.session, student) if v.state in OPEN]
    return say("list.semicolon").join(
        say("facts.visit", time=spoken_start(v), teacher=v.teacher.name, state=say(f"state.{v.state}")) for v in found
    )


def _concerns(turn: Turn, student: Student) -> str:
    """That something was raised is for the leaders' eyes, and for whoever raised it."""
    found = [
        c for c in Concern.of_student(turn.session, student.id) if turn.person.leads or c.teacher_id == turn.person.id
    ]
    zone = turn.school.zone
    return say("list.semicolon").join(
        say(f"facts.concern_{c.state}", day=when.day(c.at, zone), teacher=c.teacher.name) for c in found[:3]
    )
