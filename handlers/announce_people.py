"""Who has joined, what somebody passes on, and cries for help."""

from __future__ import annotations

from handlers import when
from handlers.announce import Notice, Silence, Words, composes
from handlers.texts import say
from models.conversation import Tap
from models.note import Note
from models.person import Person
from models.student import Guardianship, Student
from models.visit import Visit


def _fields(notice: Notice, student: str, note: str) -> dict[str, str]:
    time = when.on_template(notice.now, notice.person.school.zone)
    name = notice.person.name
    return {"student": student, "time": time, "teacher": name, "form": note, "purpose": note, "note": note,
            "count": note, "task": note, "due": time}  # fmt: skip


@composes("bind.joined")
def joined(notice: Notice) -> Words | Silence:
    """The homeroom teacher can undo it; the other guardians are told (rulings 16)."""
    tie = notice.session.get(Guardianship, notice.row.subject_id)
    if tie is None:
        return Silence("no_longer_true")
    facts = {"student": tie.student.name, "school_class": tie.student.school_class.name, "relation": tie.relation}
    staff = notice.person.on_staff
    taps = [notice.tap("bind.undo", say("label.bind_undo"), subject_id=tie.id)] if staff else []
    text = say("bind.joined_staff" if staff else "bind.joined", **facts)
    return Words(text, "alert", _fields(notice, tie.student.name, say("note_field.joined")), taps, tie.student)


@composes("note.passed")
def passed(notice: Notice) -> Words | Silence:
    """A guardian's words for the teacher."""
    note = notice.session.get(Note, notice.row.subject_id)
    if note is None:
        return Silence("no_longer_true")
    tie = _tie(notice, note)
    by = say("name.guardian", student=tie.student.name, relation=tie.relation) if tie else _name(notice, note)
    student = tie.student.name if tie else by
    taps = [notice.tap("note.reply", say("label.reply"), subject_id=note.id)] if note.person_id else []
    fields = _fields(notice, student, say("note_field.passed"))
    return Words(say("note.passed", by=by, text=note.text), "alert", fields, taps)


@composes("note.reply")
def reply(notice: Notice) -> Words | Silence:
    """What the teacher answers to a guardian's words."""
    note = notice.session.get(Note, notice.row.subject_id)
    if note is None:
        return Silence("no_longer_true")
    asked = notice.session.get(Note, note.in_reply_to_id)
    student = notice.session.get(Student, note.student_id) if note.student_id else None
    text = say("note.reply", teacher=_name(notice, note), text=note.text, question=asked.text if asked else "")
    named = student.name if student else _name(notice, note)
    fields = _fields(notice, named, say("note_field.reply")) | {"teacher": _name(notice, note)}
    return Words(text, "visit", fields, [], student)


def _tie(notice: Notice, note: Note) -> Guardianship | None:
    """What the writer is to the child of whom the words may be: of a visit, or her only one."""
    visit = notice.session.get(Visit, note.visit_id) if note.visit_id else None
    if visit is not None:
        return visit.tie_of(note.person_id)
    student = notice.session.get(Student, note.student_id) if note.student_id else None
    return next((t for t in student.guardianships if t.person_id == note.person_id), None) if student else None


def _name(notice: Notice, note: Note) -> str:
    person = notice.session.get(Person, note.person_id) if note.person_id else None
    return person.name if person else say("name.unknown")


@composes("safety.cry")
def cry(notice: Notice) -> Words | Silence:
    """A cry for help, word for word, with who it may be."""
    note = notice.session.get(Note, notice.row.subject_id)
    assert note is not None
    person = notice.session.get(Person, note.person_id) if note.person_id else None
    phone = (person.phone if person else None) or say("answer.no_phone")
    text = say("safety.cry", by=_name(notice, note), phone=phone, text=note.text)
    text, taps = alerted(notice, note, text)
    return Words(text, "safety", _fields(notice, _name(notice, note), say("note_field.cry")), taps)


def alerted(notice: Notice, note: Note, text: str) -> tuple[str, list[Tap]]:
    """Why it comes to this leader, where nobody has read it before; and what is tapped by who sees to it."""
    minutes = notice.person.school.policy.cry_unread_minutes
    if notice.row.slot:
        text = say(f"safety.{notice.row.slot}", minutes=minutes) + "\n" + text
    if note.taken_by_id is not None:
        return text, []
    return text, [notice.tap("safety.take", say("label.safety_take"), subject_id=note.id)]


@composes("safety.taken")
def taken(notice: Notice) -> Words | Silence:
    """The others who were alerted hear that one of them sees to it."""
    note = notice.session.get_one(Note, notice.row.subject_id)
    leader = notice.session.get(Person, note.taken_by_id) if note.taken_by_id else None
    if leader is None:
        return Silence("no_longer_true")
    text = say("safety.taken", leader=leader.name, by=_name(notice, note))
    return Words(text, "safety", _fields(notice, _name(notice, note), say("note_field.cry_taken")))
