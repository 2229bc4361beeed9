"""Reminders before a visit (B15) and the watch over it (V2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import when
from handlers.announce import Notice, Silence, Words, composes
from handlers.announce_offer import fields, words
from handlers.booking import facts_for
from handlers.briefs import brief, visits_on
from handlers.presence import took_place_taps
from handlers.texts import say
from models.audience import children_for
from models.visit import Visit
from models.visit_life import CONFIRMED, UNDER_WAY


@composes("reminder.early", "reminder.evening", "reminder.guardian", "reminder.teacher")
def reminder(notice: Notice) -> Words | Silence:
    """The hour, the form, who comes; only while it stands and has not begun."""
    visit = notice.visit()
    if visit.state != CONFIRMED or visit.round != notice.row.round or visit.starts_at <= notice.now:
        return Silence("no_longer_true")
    name = notice.row.kind.removeprefix("reminder.")
    key = f"{name}_staff" if name == "early" and notice.person.on_staff else name
    if notice.person.on_staff and notice.person.id != visit.teacher_id:
        if notice.person not in visit.going:
            return Silence("not_going")
        key = "companion" if name == "teacher" else key
    said = words(notice, key, "reminder")
    if visit.moving:
        said.text += "\n" + say("notice.move_still_open", **facts_for(visit, notice.person))
    return said


@composes("reminder.brief")
def evening_brief(notice: Notice) -> Words | Silence:
    """One brief for all of tomorrow's visits."""
    person, day = (
        notice.person,
        datetime.fromisoformat(notice.row.slot + "T12:00").replace(tzinfo=notice.person.school.zone),
    )
    visits = [v for v in visits_on(notice.session, person, day) if v.starts_at > notice.now]
    if not visits:
        return Silence("no_longer_true")
    text = brief(notice.session, person, visits, notice.now)
    facts = {
        "count": say("brief.count", n=len(visits)), "note": say("brief.reply_for_more"),
        "time": when.on_template(visits[0].starts_at, person.school.zone), "student": visits[0].student.name,
        "teacher": person.name, "form": say(f"form.{visits[0].form}"),
    }  # fmt: skip
    return Words(text, "brief", facts)


@composes("presence.alert", "presence.remind")
def no_sign(notice: Notice) -> Words | Silence:
    """A teacher at a family's home has not been heard of (V2)."""
    visit = notice.visit()
    if visit.state not in (CONFIRMED, UNDER_WAY) or visit.round != notice.row.round:
        return Silence("no_longer_true")
    key = notice.row.kind.removeprefix("presence.")
    which = "under_way" if visit.state == UNDER_WAY else "never_arrived"
    taps = took_place_taps(notice.tap, visit) if key == "remind" and visit.state == CONFIRMED else []
    facts = facts_for(visit, notice.person) | {"phone": visit.teacher.phone or say("answer.no_phone")}
    note = say("note_field.alert" if key == "alert" else "note_field.remind")
    return Words(
        say(f"presence_notice.{key}_{which}", **facts), "alert", _fields(notice, visit, note), taps, visit.student
    )


@composes("presence.all_clear")
def all_clear(notice: Notice) -> Words | Silence:
    """Who was alarmed learns that all is well."""
    visit = notice.visit()
    text = say("presence_notice.all_clear", **facts_for(visit, notice.person))
    return Words(text, "alert", _fields(notice, visit, say("note_field.all_clear")), [], visit.student)


def _fields(notice: Notice, visit: Visit, note: str) -> dict[str, str]:
    return fields(visit, note, of=children_for(notice.session, visit, notice.person))


@composes("presence.took_place")
def took_place(notice: Notice) -> Words | Silence:
    """A visit without a door: the teacher is asked whether it took place (rulings 12)."""
    visit = notice.visit()
    settled = visit.state == CONFIRMED and visit.round == notice.row.round
    if not settled or notice.now - visit.ends_at > timedelta(hours=visit.policy.missed_after_hours):
        return Silence("no_longer_true")
    return words(notice, "took_place", "reminder", took_place_taps(notice.tap, visit))
