"""What teachers read by themselves about what is owed: a week's proposals, a homeroom teacher's morning."""

from __future__ import annotations

from handlers import when
from handlers.announce import Notice, Silence, Words, composes
from handlers.overdue import lines as overdue_lines
from handlers.pupils import full
from handlers.texts import say
from handlers.whom_next import lines, proposals, taps
from models import class_day
from models.coverage import Period
from models.whom_next import owed_by

LISTED = 12  #: visits named in one message; the lists themselves show all


@composes("coverage.weekly")
def weekly(notice: Notice) -> Words | Silence:
    """How many are still owed a visit, and whom to visit next (P12), as it stands when it goes out."""
    person = notice.person
    owed = owed_by(notice.session, person, Period.of(person.school, notice.now), notice.now)
    many = owed.share.owed if owed.share else len(owed.children)
    if not many or not owed.children:
        return Silence("no_longer_true")
    found = proposals(notice.session, person, owed.children, notice.now)
    head = say("whom.weekly_share" if owed.share else "whom.weekly", n=many)
    calls = [say("whom.uncontacted", n=owed.uncontacted)] if owed.uncontacted else []
    text = "\n".join([head, *lines(found), *calls, say("whom.foot")])
    fields = _fields(notice, say("whom.weekly_count", n=many), say("whom.weekly_note"), found[0].standing.name)
    return Words(text, "brief", fields, taps(notice.tap, found))


@composes("homeroom.morning")
def morning(notice: Notice) -> Words | Silence:
    """Colleagues' visits to her class today with their hours, and what records are overdue (R1, rulings 15)."""
    session, person, zone = notice.session, notice.person, notice.person.school.zone
    today = class_day.Morning.of(person.school.policy, zone, notice.now)
    ahead, late = class_day.today(session, person, today), class_day.overdue(session, person, today)
    if not ahead and not late:
        return Silence("no_longer_true")
    told = [say("homeroom.today", n=len(ahead))] if ahead else []
    told += [
        say("homeroom.line", hour=when.hour(v.starts_at, zone), teacher=v.teacher.name, student=full(child),
            form=say(f"form.{v.form}"))
        for v, child in ahead[:LISTED]
    ]  # fmt: skip
    told += [say("record.overdue", n=len(late)), *overdue_lines(late[:LISTED], zone)] if late else []
    count = say("homeroom.count", n=len(ahead)) if ahead else say("record.overdue_note", n=len(late))
    fields = _fields(notice, count, say("homeroom.note"), (ahead or late)[0].child.name)
    return Words("\n".join(told), "brief", fields)


def _fields(notice: Notice, count: str, note: str, student: str) -> dict[str, str]:
    zone = notice.person.school.zone
    time = when.on_template(notice.now, zone)
    return {
        "count": count, "note": note, "task": note, "purpose": note, "student": student,
        "teacher": notice.person.name, "form": say("form.at_home"), "time": time, "due": time,
    }  # fmt: skip
