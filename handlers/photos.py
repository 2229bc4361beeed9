"""Pictures that a teacher sends while a record waits: they become part of that child's record (R3)."""

from __future__ import annotations

from datetime import timedelta

from handlers.booking import visit_facts
from handlers.pupils import full
from handlers.registry import GUARDIAN, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models.conversation import Tap
from models.errors import Refused
from models.person import Person
from models.photo import MOST, Photo
from models.record import Record
from models.student import Student
from models.visit import Visit
from models.visit_life import HELD


def sent(turn: Turn) -> Say | None:
    """The answer to a picture; None when it is nobody's record's."""
    medium = turn.said.media_id
    if turn.staff is None or not medium:
        return None
    if turn.family and turn.memory.get("part") == GUARDIAN:
        # A teacher who speaks as a parent: families' pictures are not kept.
        return None
    owed = _owed(turn, turn.staff)
    if not owed:
        return None
    begun = _in_dictation(turn, owed)
    if begun is not None:
        return _taken(turn, turn.staff, *begun, [medium])
    # Which child's is asked; all that come until the tap belong together.
    waiting: list[str] = turn.memory.setdefault("photos", [])
    if len(waiting) >= MOST:
        return Say(say("photo.too_many", most=MOST), _choices(turn, owed))
    waiting.append(medium)
    return Say(say("photo.whose", n=len(waiting)), _choices(turn, owed))


def _owed(turn: Turn, teacher: Person) -> list[tuple[Visit, Student]]:
    """The children whose record is waited for, with the visit."""
    visits = Visit.of_teacher(turn.session, teacher, HELD)
    return [(visit, student) for visit in visits for student in Record.owed(turn.session, visit)]


def _in_dictation(turn: Turn, owed: list[tuple[Visit, Student]]) -> tuple[Visit, Student] | None:
    """The only one it can be, or the one whose field is being asked for."""
    if len(owed) == 1:
        return owed[0]
    hole = turn.memory.get("hole") or {}
    words = hole.get("words") or {}
    asked = (words.get("visit"), words.get("child")) if hole.get("intent") == "record_field" else None
    return next(((v, s) for v, s in owed if (v.id, s.id) == asked), None)


def _choices(turn: Turn, owed: list[tuple[Visit, Student]]) -> list[Tap]:
    return [
        turn.tap("photo.of", say("photo.choice", time=visit_facts(v, [s])["time"], full=full(s)), v.id, value=str(s.id))
        for v, s in owed[:8]
    ]


@tapped("photo.of")
def tap_of(turn: Turn, tap: Tap) -> Say:
    """The record that the pictures sent last belong to."""
    media: list[str] = turn.memory.get("photos") or []
    owed = _owed(turn, turn.staff) if turn.staff else []
    meant = next(((v, s) for v, s in owed if (v.id, str(s.id)) == (tap.subject_id, tap.value)), None)
    if not media or meant is None or turn.staff is None:
        return Say(say("unclear.stale_tap"))
    said = _taken(turn, turn.staff, *meant, media)
    # A refusal leaves them, for another record.
    turn.memory.pop("photos")
    return said


def _taken(turn: Turn, teacher: Person, visit: Visit, student: Student, media: list[str]) -> Say:
    for medium in media:
        Photo.add(turn.session, visit, student, teacher.id, medium, turn.now)
    turn.fetching = True
    n = len(Photo.of_record(turn.session, visit.id, student.id))
    which = say("photo.several", first=n - len(media) + 1, last=n) if len(media) > 1 else say("photo.one", n=n)
    return Say(say("photo.taken", student=student.name, which=which, minutes=visit.policy.undo_minutes))


def line(turn: Turn, visit: Visit, student: Student) -> str:
    """照片：2张, on a line of its own; nothing when there are none."""
    n = len(Photo.of_record(turn.session, visit.id, student.id))
    return "\n" + say("photo.line", n=n) if n else ""


def undone(turn: Turn, visits: list[Visit]) -> Say | None:
    """Takes the last photo out when it is what was done last; None when it is not."""
    photo = Photo.last_of(turn.session, turn.person.id)
    steps = [at for v in visits if (at := v.checked_out_at or v.checked_in_at)]
    if photo is None or photo.at < turn.now - timedelta(hours=1) or any(at > photo.at for at in steps):
        return None
    visit = turn.session.get_one(Visit, photo.visit_id)
    if turn.now - photo.at > timedelta(minutes=visit.policy.undo_minutes):
        raise Refused("too_late_to_undo", minutes=visit.policy.undo_minutes)
    photo.remove(turn.session, turn.person.id, turn.now)
    n = len(Photo.of_record(turn.session, photo.visit_id, photo.student_id))
    return Say(say("photo.undone", student=photo.student.name, n=n))
