"""A proposal on its way: put to the family, answered, put to the teacher, settled or gone."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import table_guests, when, who_is_home
from handlers.announce import Notice, Silence, Words, composes
from handlers.booking import phone_taps, visit_facts
from handlers.company import who_comes
from handlers.countering import counter_taps
from handlers.offered import answer_taps
from handlers.pupils import all_names
from handlers.texts import has, say
from models import participant
from models.audience import children_for, hearing, may_answer
from models.conversation import Tap
from models.student import Student
from models.unsure import still_unsure
from models.visit import Visit
from models.visit_life import CONFIRMED, GUARDIAN, PROPOSED
from models.who_is_home import may_tell


def fields(visit: Visit, note: str, offered: bool = False, of: Sequence[Student] = ()) -> dict[str, str]:
    """The facts of a visit for a template, in the platform's form of time."""
    starts_at = (visit.offer_starts_at if offered else None) or visit.starts_at
    form = (visit.offer_form if offered else None) or visit.form
    time, names = when.on_template(starts_at, visit.school.zone), all_names(of or visit.students)
    known = {"student": names, "time": time, "teacher": visit.teacher.name, "form": say(f"form.{form}")}
    # What it is about may name a brother or sister who is none of this reader's.
    purpose = visit.purpose if len(of or visit.students) == len(visit.students) else say("book.usual_purpose")
    return known | {"purpose": purpose, "note": note, "count": say("list.one"), "task": note, "due": time}


def words(notice: Notice, key: str, topic: str, taps: list[Tap] | None = None, offered: bool = False) -> Words:
    """A sentence about the visit, with who answered where that is known."""
    visit = notice.visit()
    note = say(f"note_field.{key}") if has(f"note_field.{key}") else say("note_field.details")
    of = children_for(notice.session, visit, notice.person)
    text = _in_full(notice, visit, key, of) if notice.is_read else ""
    return Words(text, topic, fields(visit, note, offered, of), taps or [], through(notice, visit))


def _in_full(notice: Notice, visit: Visit, key: str, of: Sequence[Student]) -> str:
    facts = visit_facts(visit, of) | {"by": who(notice, visit), "who": who_comes(visit)}
    return say(f"notice.{key}", **facts)


def through(notice: Notice, visit: Visit) -> Student:
    """The child by which a guardian is told, or not: one whom she may hear of, unless one for whom she is muted."""
    if not visit.household:
        return visit.student
    own = {tie.student_id: tie for tie in visit.ties if tie.person_id == notice.person.id}
    silenced = [tie.student for tie in own.values() if tie.muted]
    heard = hearing(notice.session, visit.students).get(notice.person, [])
    return next(iter([*silenced, *heard, *(tie.student for tie in own.values())]), visit.student)


def who(notice: Notice, visit: Visit) -> str:
    """张小明妈妈, for the guardian a row speaks of; the family when nobody is named."""
    person_id = notice.row.facts.get("by") or notice.row.facts.get("person")
    tie = visit.tie_of(person_id)
    if tie is None:
        of = children_for(notice.session, visit, notice.person)
        return say("name.family", student=all_names(of))
    return say("name.guardian", student=tie.student.name, relation=tie.relation)


@composes("visit.offer", "offer.again", "visit.move_offer")
def offer(notice: Notice) -> Words | Silence:
    """Time, purpose, form and who comes (B2), with the answers to tap."""
    visit = notice.visit()
    if visit.asked != GUARDIAN or visit.steps != notice.row.round:
        return Silence("no_longer_asked")
    if not may_answer(notice.session, visit, notice.person):
        return words(notice, "move_told" if visit.moving else "offer_told", "visit", offered=True)
    taps = answer_taps(notice.tap, visit) if notice.is_read else []
    again = notice.row.kind == "offer.again"
    key = "move_offer" if visit.moving else "offer_again" if again else "offer"
    if key == "offer" and len(visit.slots) > 1:
        key = "offer_choice"
    said = words(notice, key, "visit", taps, offered=True)
    if table := table_guests.names(notice.session, visit):
        if participant.place_of(notice.session, visit, notice.person.id) is None:
            return Silence("not_invited")
        said.text += "\n" + say("table.with", names=table)
    return said


@composes("visit.countered", "visit.form_asked", "offer.counter_again")
def countered(notice: Notice) -> Words | Silence:
    """A family's wish, put before the teacher."""
    visit = notice.visit()
    if visit.asked != "teacher" or visit.steps != notice.row.round:
        return Silence("no_longer_asked")
    key = "countered_move" if visit.moving else "countered"
    if visit.moving and visit.offer_form != visit.form:
        key = "countered_move_form"
    if visit.state == PROPOSED and notice.row.kind == "visit.form_asked":
        key = "form_asked"
    return words(notice, key, "visit", counter_taps(notice.tap, visit), offered=True)


#: Kind → what has become of the visit: told as long as nothing newer has happened to it.
NEWS = {
    "visit.confirmed": "confirmed", "visit.form_taken": "form_taken", "visit.taken": "taken",
    "visit.taken_by_phone": "taken_by_phone", "visit.counter_taken": "counter_taken",
    "visit.move_taken": "move_taken", "visit.moved": "moved", "visit.move_refused": "move_refused",
    "visit.move_refused_by_teacher": "move_refused_by_teacher", "visit.declined": "declined",
    "visit.declined_by_other": "declined_by_other", "visit.cancelled": "cancelled",
    "visit.cancelled_by_family": "cancelled_by_family", "offer.lapsed": "lapsed",
    "offer.counter_lapsed": "counter_lapsed", "presence.missed": "missed", "visit.waiting": "waiting",
}  # fmt: skip


@composes(*NEWS)
def news(notice: Notice) -> Words | Silence:
    """What has become of it."""
    visit = notice.visit()
    if notice.row.round and visit.steps != notice.row.round:
        return Silence("superseded")
    said = _asked_to_table(notice, visit) or words(notice, NEWS[notice.row.kind], "visit")
    if notice.row.kind == "visit.counter_taken" and visit.present is None and may_tell(visit, notice.now):
        # A time of the family's own is confirmed by the teacher: who will be at home is asked here (B9).
        said.text += "\n" + say("home_who.ask")
        said.taps += who_is_home.taps(notice.tap, visit)
    return said


def _asked_to_table(notice: Notice, visit: Visit) -> Words | None:
    """A round table is settled: who has not said so yet is asked whether she comes (B11)."""
    place = None if notice.person.on_staff else participant.place_of(notice.session, visit, notice.person.id)
    if place is None or place.answer != participant.ASKED or visit.state != CONFIRMED:
        return None
    deeds = (("table.yes", "label.attend"), ("table.no", "label.stay_out"))
    taps = [notice.tap(deed, say(label), subject_id=visit.id) for deed, label in deeds]
    return words(notice, "table", "visit", taps)


@composes("visit.telephone", "offer.telephone")
def telephone(notice: Notice) -> Words | Silence:
    """The teacher is asked to telephone, and can enter the answer by a tap (rulings 25)."""
    visit = notice.visit()
    if visit.steps != notice.row.round:
        return Silence("superseded")
    taps: list[Tap] = []
    if visit.asked == GUARDIAN:
        taps = phone_taps(notice.tap, visit)
    key = "telephone" if notice.row.kind == "visit.telephone" else "telephone_unanswered"
    return words(notice, key, "visit", taps, offered=True)


@composes("visit.unsure")
def unsure(notice: Notice) -> Words | Silence:
    """A message that may not have reached the family, and nobody has reacted (rulings 22)."""
    visit = notice.visit()
    if not still_unsure(notice.session, notice.row, visit, notice.now):
        return Silence("reacted")
    taps = phone_taps(notice.tap, visit) if visit.asked == GUARDIAN else []
    return words(notice, "telephone_unsure", "visit", taps, offered=True)


@composes("visit.family_left", "visit.family_stopped")
def family_gone(notice: Notice) -> Words | Silence:
    """A guardian can no longer be told: the teacher of an open visit should telephone (rulings 17, 18)."""
    return words(notice, notice.row.kind.removeprefix("visit."), "visit")
