"""A serious finding of a record is offered as a concern to the leaders; a teacher can raise one by word, too (R6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers import when
from handlers.announce import Notice, Silence, composes
from handlers.announce import Words as Spoken
from handlers.drafts import Draft, carries_out, show
from handlers.pupils import full, the_student
from handlers.reach import Owing, teacher_context
from handlers.registry import TEACHER, Missing, Nothing, Words, command, tapped
from handlers.running import run
from handlers.slots import words_of
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding import read
from handlers.understanding.outright import reports
from handlers.understanding.serious import Finding, findings
from models import history
from models.concern import RAISED, Concern
from models.conversation import Tap
from models.record import Record
from models.student import Student
from models.visit import Visit


def offered(turn: Turn, record: Record | None, said: Say, only: Iterable[str] | None = None) -> Say:
    """What is said of a record, and below it what of its words should reach the leaders; `only`: of these fields."""
    found = _new(turn, record, only) if record is not None else []
    if record is None or not found:
        return said
    text = _shown("concern.found", turn, record.student, [_line(f) for f in found])
    deeds = (("concern.raise", "label.report"), ("concern.leave", "label.report_not"))
    taps = [turn.tap(deed, say(label), record.visit_id, value=str(record.student_id)) for deed, label in deeds]
    return Say(said.text + "\n\n" + text, said.taps + taps)


def _new(turn: Turn, record: Record, only: Iterable[str] | None = None) -> list[Finding]:
    """Serious sentences of the record that were neither raised nor left."""
    fields = record.fields()
    wanted = fields.keys() if only is None else set(only)
    known = {s for c in Concern.of_visit(turn.session, record.visit_id, record.student_id) for s in c.sentences}
    found = [f for name, words in fields.items() if name in wanted for f in findings(words)]
    return [f for f in dict.fromkeys(found) if _line(f) not in known]


def _line(finding: Finding) -> str:
    return say("concern.line", text=finding.sentence, kind=say(f"concern_kind.{finding.kind}"))


def _shown(key: str, turn: Turn, student: Student, lines: Sequence[str]) -> str:
    return say(key, full=full(student), text="\n".join(lines), teacher=turn.person.name)


@tapped("concern.raise", "concern.leave")
def tap_record(turn: Turn, tap: Tap) -> Say:
    """Looked at again: what the record says now."""
    visit = turn.session.get(Visit, tap.subject_id)
    if visit is None or turn.staff is None or visit.teacher_id != turn.staff.id or not tap.value.isdecimal():
        raise Nothing(say("unclear.stale_tap"))
    record = Record.latest(turn.session, visit.id, int(tap.value))
    found = _new(turn, record) if record is not None else []
    if record is None or not found:
        return Say(say("concern.nothing_new"))
    raised = tap.deed == "concern.raise"
    sentences = [_line(f) for f in found]
    row = Concern.keep(turn.session, record.student, turn.staff, sentences, turn.now, *((RAISED,) if raised else ()))
    row.visit_id = visit.id
    return _told(turn, row) if raised else Say(say("concern.left", full=full(record.student)))


def _told(turn: Turn, row: Concern) -> Say:
    told = row.tell(turn.session, turn.now)
    return Say(say("concern.sent" if told else "concern.nobody", full=full(row.student)))


def raised_outright(turn: Turn, text: str) -> Say | None:
    """上报张小明：…, whatever was asked last; None for other words."""
    if turn.staff is None or not reports(text):
        return None
    owing = Owing([], [])
    context = teacher_context(turn, turn.staff, owing, shown=False)
    words = words_of(turn, read(text, turn.local().replace(tzinfo=None), context), owing, context)
    return run(turn, TEACHER, "report_concern", words | {"said": text}, report)


@command(TEACHER, "report_concern")
def report(turn: Turn, words: Words) -> Say:
    """上报张小明：这周三次没吃早饭，说家里没人管"""
    student = the_student(turn, turn.person, words)
    text = str(words.get("text") or "").strip(" ：:，,。")
    if not text or text == student.name:
        raise Missing("text", say("concern.ask", student=student.name))
    draft: Draft = {"do": "concern", "student": student.id, "text": text}
    shown = _shown("concern.shown", turn, student, [text])
    return show(turn, draft, shown, "label.report", "label.report_not")


@carries_out("concern")
def carry_out(turn: Turn, draft: Draft) -> Say:
    """The words go to student affairs."""
    student = turn.session.get(Student, draft["student"])
    if student is None or turn.staff is None or not student.in_reach_of(turn.staff):
        raise Nothing(say("unclear.stale_tap"))
    return _told(turn, Concern.keep(turn.session, student, turn.staff, [draft["text"]], turn.now, RAISED))


@composes("concern.raised")
def raised(notice: Notice) -> Spoken | Silence:
    """Who, of which student, which words; that they were read is kept (rulings 20)."""
    row = notice.session.get_one(Concern, notice.row.subject_id)
    history.read(notice.session, notice.person.id, row.student, "concern", notice.now)
    visit = notice.session.get(Visit, row.visit_id) if row.visit_id else None
    zone = notice.person.school.zone
    of = say("concern.of_record", day=when.day(visit.held_at or visit.starts_at, zone)) if visit else ""
    facts = {"teacher": row.teacher.name, "phone": row.teacher.phone or say("answer.no_phone"), "of": of}
    text = say("concern.raised", full=full(row.student), text="\n".join(row.sentences), **facts)
    taps = [notice.tap("concern.see", say("label.late_noted"), subject_id=row.id)] if row.state == RAISED else []
    return Spoken(text, "alert", _fields(notice, row, "note_field.concern"), taps, row.student)


@composes("concern.seen")
def seen(notice: Notice) -> Spoken | Silence:
    """The teacher knows that it was heard."""
    row = notice.session.get_one(Concern, notice.row.subject_id)
    text = say("concern.seen", full=full(row.student))
    return Spoken(text, "alert", _fields(notice, row, "note_field.concern_seen"), [], row.student)


def _fields(notice: Notice, row: Concern, note: str) -> dict[str, str]:
    time = when.on_template(row.at, notice.person.school.zone)
    names = ("note", "count", "task", "form", "purpose")
    return {"student": row.student.name, "time": time, "due": time, "teacher": row.teacher.name} | {
        name: say(note) for name in names
    }


@tapped("concern.see")
def tap_see(turn: Turn, tap: Tap) -> Say:
    row = turn.session.get(Concern, tap.subject_id)
    if row is None or turn.staff is None:
        raise Nothing(say("unclear.stale_tap"))
    row.see(turn.session, turn.staff, turn.now)
    return Say(say("concern.noted", teacher=row.teacher.name))
