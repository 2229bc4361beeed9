"""After a visit: the record, the questionnaires, the follow-ups."""

from __future__ import annotations

from datetime import timedelta

from handlers import when
from handlers.announce import Notice, Silence, Words, composes
from handlers.announce_offer import fields, through, who
from handlers.booking import facts_for, visit_facts
from handlers.effect import is_clear_to_both, leads_to
from handlers.followup import effect_taps, followup_text
from handlers.survey import question_taps, question_text
from handlers.texts import say
from models.audience import children_for
from models.followup import ASKED, FollowUp
from models.note import Note
from models.record import Record
from models.student import Student
from models.survey import OPEN, Survey
from models.visit import Visit
from models.visit_life import HELD


@composes("record.reminder")
def record_reminder(notice: Notice) -> Words | Silence:
    """The record is due (R1)."""
    visit = notice.visit()
    if visit.state != HELD:
        return Silence("no_longer_true")
    missing = Record.owed(notice.session, visit)
    if not missing:
        return Silence("no_longer_true")
    key = "record_reminder" if notice.row.slot == "2" else "record_last_reminder"
    # Of siblings only whose record is missing, and how to begin with the first of them.
    facts = visit_facts(visit, missing) | {"student": missing[0].name}
    return Words(say(f"notice.{key}", **facts), "record", fields(visit, say(f"note_field.{key}"), of=missing))


@composes("record.overdue")
def overdue(notice: Notice) -> Words | Silence:
    """The morning's list of overdue records, for student affairs and the homeroom teacher."""
    visits = [notice.session.get(Visit, key) for key in notice.row.facts.get("visits", [])]
    owed = [v for v in visits if v is not None and v.state == HELD]
    if not owed:
        return Silence("no_longer_true")
    zone = notice.person.school.zone
    lines = [
        say("record.overdue_line", teacher=v.teacher.name, student=s.name, day=when.day(v.starts_at, zone))
        for v in owed
        for s in _missing(notice, v)
    ]
    text = "\n".join([say("record.overdue", n=len(owed)), *lines])
    note = say("record.overdue_note", n=len(owed))
    return Words(text, "record", fields(owed[0], note) | {"count": note, "student": note})


def _missing(notice: Notice, visit: Visit) -> list[Student]:
    """The children whose record is missing, but for those who are none of the reader's business."""
    own = children_for(notice.session, visit, notice.person)
    return [s for s in Record.owed(notice.session, visit) if s in own] or own


@composes("survey.ask", "survey.remind")
def survey(notice: Notice) -> Words | Silence:
    """The present question of a questionnaire."""
    found = notice.session.get(Survey, notice.row.subject_id)
    if found is None or found.state != OPEN:
        return Silence("no_longer_open")
    if notice.row.kind == "survey.ask" and notice.row.slot != str(found.step):
        return Silence("answered_meanwhile")
    if found.person.surveys_stopped_at is not None and found.kind != "pre_visit":
        return Silence("stopped")
    text = question_text(found, first=found.step == 0)
    if notice.row.kind == "survey.remind":
        text = say("survey.remind", **facts_for(found.visit, notice.person)) + "\n" + text
    taps = question_taps(notice.tap, found)
    note = say("note_field.survey")
    of = children_for(notice.session, found.visit, notice.person)
    return Words(text, "survey", fields(found.visit, note, of=of), taps, through(notice, found.visit))


@composes("survey.unhappy")
def unhappy(notice: Notice) -> Words | Silence:
    """Student affairs hear of an unhappy answer, the teacher judged does not (S8)."""
    found = notice.session.get(Survey, notice.row.subject_id)
    assert found is not None
    overall = found.answers.get("overall")
    facts = facts_for(found.visit, notice.person) | {"overall": overall if overall is not None else "—"}
    broken = "\n" + say("survey.prohibition_broken") if found.answers.get("integrity") is False else ""
    text = say("survey.unhappy", **facts) + broken
    return Words(text, "alert", fields(found.visit, say("note_field.unhappy")), [], found.visit.student)


@composes("followup.short", "followup.observe", "followup.effect")
def follow_up(notice: Notice) -> Words | Silence:
    """One of the three contacts after a visit (F1–F3)."""
    asked = notice.session.get(FollowUp, notice.row.subject_id)
    if asked is None or asked.state != ASKED:
        return Silence("no_longer_open")
    note = say("note_field.followup")
    last = asked.asked_at + timedelta(days=asked.visit.policy.follow_up_life_days)
    due = {"due": when.on_template(last, asked.visit.school.zone)}
    return Words(
        followup_text(asked),
        "followup",
        fields(asked.visit, note, of=children_for(notice.session, asked.visit, notice.person)) | due,
        effect_taps(notice.tap, asked),
        through(notice, asked.visit),
    )


@composes("followup.answered")
def answered(notice: Notice) -> Words | Silence:
    """The teacher reads what the family answered."""
    visit = notice.visit()
    asked = notice.session.get(FollowUp, notice.row.facts["followup"])
    assert asked is not None
    notice.row.facts = notice.row.facts | {"by": asked.person_id}
    facts = facts_for(visit, notice.person) | {"by": who(notice, visit), "text": asked.answer_text}
    note = say("note_field.followup_answered")
    line, taps = leads_to(notice.tap, asked, is_clear_to_both(notice, visit))
    text = "\n".join(filter(None, [say("followup.answered", **facts), line]))
    return Words(text, "followup", fields(visit, note), taps, visit.student)


@composes("note.praise")
def praised(notice: Notice) -> Words | Silence:
    """The teacher's praise, as the family reads it."""
    note = notice.session.get(Note, notice.row.subject_id)
    if note is None:
        return Silence("no_longer_true")
    visit = notice.session.get_one(Visit, note.visit_id)
    text = say("praise.to_family", text=note.text, **facts_for(visit, notice.person))
    return Words(text, "followup", fields(visit, say("note_field.praise")), [], visit.student)
