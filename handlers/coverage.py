"""How far a class, a grade, the school is with its visits this term, and whose names still stand open (P1–P4)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from handlers.coverage_words import figures_of, grade_said, head, line, names, share_of
from handlers.registry import TEACHER, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models.conversation import Tap
from models.coverage import Period, Standing, figures, standings
from models.duties import Duties
from models.school import SchoolClass
from models.student import Student

NAMES = 30  #: names in one message; 更多 brings the next ones
TAPS = 8  #: classes that can be tapped below one message; all of them can be typed


@command(TEACHER, "coverage_progress")
def progress(turn: Turn, words: Words) -> Say:
    """本班进度（还有谁没家访、三年级进度、全校进度）"""
    duties, said = Duties.of(turn.person), str(words.get("said") or "")
    classes = duties.classes(turn.session)
    if words.get("class"):
        named = [c for c in classes if c.name == words["class"]]
        return _of_class(turn, duties, named[0]) if named else Say(say("coverage.not_yours"))
    if any(word in said for word in say("coverage.whole_words").split()):
        return _of_school(turn) if duties.whole else Say(say("coverage.not_yours"))
    if grade := grade_said(said):
        return _of_grade(turn, grade, classes)
    return _usual(turn, duties, classes)


def _usual(turn: Turn, duties: Duties, classes: Sequence[SchoolClass]) -> Say:
    """Whose figures are meant when none are named: the own class, the classes taught, what is led."""
    own = [c for c in classes if c.id in duties.homeroom] or [c for c in classes if c.id in duties.taught]
    if len(own) == 1:
        return _of_class(turn, duties, own[0])
    if own:
        return _by_class(turn, say("coverage.taught"), own)
    if duties.mentees:
        return _of_mentees(turn, duties)
    if duties.whole:
        return _of_school(turn)
    return _of_grade(turn, duties.grades[0], classes) if duties.grades else Say(say("coverage.nobody"))


def _of_class(turn: Turn, duties: Duties, school_class: SchoolClass, begin: int = 0) -> Say:
    """One class: its figures, the teacher's own share, and the names still open."""
    period = Period.of(turn.school, turn.now)
    found = standings(turn.session, turn.school, period, Student.class_id == school_class.id)
    lines = [] if begin else [head(school_class.name, period), *figures_of(turn.school, figures(found))]
    lines += share_of(turn.session, period, turn.person) if not begin else []
    said = _named(turn, lines, found, begin, school_class.id)
    if school_class.id in duties.homeroom + duties.taught:
        said.taps.append(turn.tap("whom.next", say("label.whom_next")))
    return said


def _of_mentees(turn: Turn, duties: Duties, begin: int = 0) -> Say:
    period = Period.of(turn.school, turn.now)
    found = standings(turn.session, turn.school, period, Student.id.in_(duties.mentees))
    lines = [] if begin else [head(say("coverage.mentees"), period), *figures_of(turn.school, figures(found))]
    return _named(turn, lines, found, begin, 0)


def _named(turn: Turn, lines: list[str], found: Sequence[Standing], begin: int, class_id: int) -> Say:
    """The names still owed, page by page."""
    owed = [s for s in found if s.owed]
    lines.append(names(owed[begin : begin + NAMES], len(owed), begin) if owed else say("coverage.complete"))
    more = turn.tap("coverage.more", say("label.more"), class_id, value=str(begin + NAMES))
    return Say("\n".join(lines), [more] if len(owed) > begin + NAMES else [])


@tapped("coverage.more")
def tap_more(turn: Turn, tap: Tap) -> Say:
    duties, begin = _duties(turn), int(tap.value) if tap.value.isdecimal() else 0
    if duties is not None and not tap.subject_id and duties.mentees:
        return _of_mentees(turn, duties, begin)
    return _tapped_class(turn, duties, tap, begin)


@tapped("coverage.class")
def tap_class(turn: Turn, tap: Tap) -> Say:
    return _tapped_class(turn, _duties(turn), tap, 0)


def _duties(turn: Turn) -> Duties | None:
    return Duties.of(turn.staff) if turn.staff else None


def _tapped_class(turn: Turn, duties: Duties | None, tap: Tap, begin: int) -> Say:
    """Looked at again on the tap: who no longer teaches the class sees nothing of it (R5)."""
    classes = duties.classes(turn.session) if duties else []
    named = [c for c in classes if c.id == tap.subject_id]
    return _of_class(turn, duties, named[0], begin) if duties and named else Say(say("unclear.stale_tap"))


@tapped("coverage.grade")
def tap_grade(turn: Turn, tap: Tap) -> Say:
    duties = _duties(turn)
    led = duties is not None and (duties.whole or tap.value in duties.grades)
    return _of_grade(turn, tap.value, duties.classes(turn.session)) if duties and led else Say(say("unclear.stale_tap"))


def _of_grade(turn: Turn, grade: str, classes: Sequence[SchoolClass]) -> Say:
    """A grade; for who does not lead it, those of its classes that she teaches."""
    found = [c for c in classes if c.grade == grade]
    return _by_class(turn, grade, found) if found else Say(say("coverage.not_yours"))


def _by_class(turn: Turn, title: str, classes: Sequence[SchoolClass]) -> Say:
    """Several classes in the roster's order, never by their figures (A7)."""
    if not classes:
        return Say(say("coverage.nobody"))
    period = Period.of(turn.school, turn.now)
    found = standings(turn.session, turn.school, period, Student.class_id.in_([c.id for c in classes]))
    lines = [
        head(title, period),
        *figures_of(turn.school, figures(found)),
        *share_of(turn.session, period, turn.person),
    ]
    lines += [line(name, figures(those)) for name, those in groupby(found, key=lambda s: s.school_class)]
    taps = [turn.tap("coverage.class", c.name, c.id) for c in classes[:TAPS]]
    return Say("\n".join([*lines, say("coverage.foot", example=classes[0].name)]), taps)


def _of_school(turn: Turn) -> Say:
    """The school by grade."""
    period = Period.of(turn.school, turn.now)
    found = standings(turn.session, turn.school, period)
    grades: dict[str, list[Standing]] = {}
    for standing in found:
        grades.setdefault(standing.grade, []).append(standing)
    lines = [head(say("coverage.whole"), period), *figures_of(turn.school, figures(found))]
    lines += [line(grade or say("coverage.no_grade"), figures(those)) for grade, those in grades.items()]
    taps = [turn.tap("coverage.grade", grade, value=grade) for grade in [g for g in grades if g][:TAPS]]
    return Say("\n".join(lines), taps)
