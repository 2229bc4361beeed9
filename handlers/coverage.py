"""How far a class, a grade, the school is with its visits this term, and whose names still stand open (P1–P4)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from handlers.coverage_words import figures_of, head, line, names, share_of
from handlers.registry import TEACHER, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models.charge import Charge
from models.conversation import Tap
from models.coverage import Span, Standing, figures, standings
from models.school import SchoolClass
from models.student import Student

NAMES = 30  #: names in one message; 更多 brings the next ones
TAPS = 8  #: classes that can be tapped below one message; all of them can be typed


@command(TEACHER, "coverage_progress")
def progress(turn: Turn, words: Words) -> Say:
    """本班进度（还有谁没家访、三年级进度、全校进度）"""
    charge, said = Charge.of(turn.person), str(words.get("said") or "")
    classes = charge.classes(turn.session)
    if words.get("class"):
        named = [c for c in classes if c.name == words["class"]]
        return _of_class(turn, charge, named[0]) if named else Say(say("coverage.not_yours"))
    if any(word in said for word in say("coverage.whole_words").split()):
        return _of_school(turn) if charge.whole else Say(say("coverage.not_yours"))
    grade = next((c.grade for c in classes if c.grade and c.grade in said), None)
    if grade is not None:
        return _of_grade(turn, grade, classes)
    return _usual(turn, charge, classes)


def _usual(turn: Turn, charge: Charge, classes: Sequence[SchoolClass]) -> Say:
    """Whose figures are meant when none are named: the own class, the classes taught, what is led."""
    own = [c for c in classes if c.id in charge.homeroom] or [c for c in classes if c.id in charge.taught]
    if len(own) == 1:
        return _of_class(turn, charge, own[0])
    if own:
        return _by_class(turn, say("coverage.taught"), own)
    if charge.mentees:
        return _of_mentees(turn, charge)
    if charge.whole:
        return _of_school(turn)
    return _of_grade(turn, charge.grades[0], classes) if charge.grades else Say(say("coverage.nobody"))


def _of_class(turn: Turn, charge: Charge, school_class: SchoolClass, begin: int = 0) -> Say:
    """One class: its figures, the teacher's own share, and the names still open."""
    span = Span.of(turn.school, turn.now)
    found = standings(turn.session, turn.school, span, Student.class_id == school_class.id)
    lines = [] if begin else [head(school_class.name, span), *figures_of(turn.school, figures(found))]
    lines += share_of(turn.session, span, turn.person) if not begin else []
    said = _named(turn, lines, found, begin, school_class.id)
    if school_class.id in charge.homeroom + charge.taught:
        said.taps.append(turn.tap("whom.next", say("label.whom_next")))
    return said


def _of_mentees(turn: Turn, charge: Charge, begin: int = 0) -> Say:
    span = Span.of(turn.school, turn.now)
    found = standings(turn.session, turn.school, span, Student.id.in_(charge.mentees))
    lines = [] if begin else [head(say("coverage.mentees"), span), *figures_of(turn.school, figures(found))]
    return _named(turn, lines, found, begin, 0)


def _named(turn: Turn, lines: list[str], found: Sequence[Standing], begin: int, class_id: int) -> Say:
    """The names still owed, page by page."""
    owed = [s for s in found if s.owed]
    lines.append(names(owed[begin : begin + NAMES], len(owed), begin) if owed else say("coverage.complete"))
    more = turn.tap("coverage.more", say("label.more"), class_id, value=str(begin + NAMES))
    return Say("\n".join(lines), [more] if len(owed) > begin + NAMES else [])


@tapped("coverage.more")
def tap_more(turn: Turn, tap: Tap) -> Say:
    charge, begin = _charge(turn), int(tap.value) if tap.value.isdecimal() else 0
    if charge is not None and not tap.subject_id and charge.mentees:
        return _of_mentees(turn, charge, begin)
    return _tapped_class(turn, charge, tap, begin)


@tapped("coverage.class")
def tap_class(turn: Turn, tap: Tap) -> Say:
    return _tapped_class(turn, _charge(turn), tap, 0)


def _charge(turn: Turn) -> Charge | None:
    return Charge.of(turn.staff) if turn.staff else None


def _tapped_class(turn: Turn, charge: Charge | None, tap: Tap, begin: int) -> Say:
    """Looked at again on the tap: who no longer teaches the class sees nothing of it (R5)."""
    classes = charge.classes(turn.session) if charge else []
    named = [c for c in classes if c.id == tap.subject_id]
    return _of_class(turn, charge, named[0], begin) if charge and named else Say(say("unclear.stale_tap"))


@tapped("coverage.grade")
def tap_grade(turn: Turn, tap: Tap) -> Say:
    charge = _charge(turn)
    led = charge is not None and (charge.whole or tap.value in charge.grades)
    return _of_grade(turn, tap.value, charge.classes(turn.session)) if charge and led else Say(say("unclear.stale_tap"))


def _of_grade(turn: Turn, grade: str, classes: Sequence[SchoolClass]) -> Say:
    return _by_class(turn, grade, [c for c in classes if c.grade == grade])


def _by_class(turn: Turn, title: str, classes: Sequence[SchoolClass]) -> Say:
    """Several classes in the roster's order, never by their figures (A7)."""
    if not classes:
        return Say(say("coverage.nobody"))
    span = Span.of(turn.school, turn.now)
    found = standings(turn.session, turn.school, span, Student.class_id.in_([c.id for c in classes]))
    lines = [head(title, span), *figures_of(turn.school, figures(found)), *share_of(turn.session, span, turn.person)]
    lines += [line(name, figures(those)) for name, those in groupby(found, key=lambda s: s.school_class)]
    taps = [turn.tap("coverage.class", c.name, c.id) for c in classes[:TAPS]]
    return Say("\n".join([*lines, say("coverage.foot", example=classes[0].name)]), taps)


def _of_school(turn: Turn) -> Say:
    """The school by grade."""
    span = Span.of(turn.school, turn.now)
    found = standings(turn.session, turn.school, span)
    grades: dict[str, list[Standing]] = {}
    for standing in found:
        grades.setdefault(standing.grade, []).append(standing)
    lines = [head(say("coverage.whole"), span), *figures_of(turn.school, figures(found))]
    lines += [line(grade or say("coverage.no_grade"), figures(those)) for grade, those in grades.items()]
    taps = [turn.tap("coverage.grade", grade, value=grade) for grade in [g for g in grades if g][:TAPS]]
    return Say("\n".join(lines), taps)
