"""The teacher's brief (Q2, Q4, Q6): what to know and take along, on the evening before or when asked for."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from handlers import outline, when
from handlers.booking import visit_facts
from handlers.company import numbered, who_comes
from handlers.countering import counter_taps
from handlers.followup import effect_taps, followup_text
from handlers.last_time import last_time, still_open
from handlers.presence import took_place_taps
from handlers.pupils import all_classes, all_names
from handlers.reach import owing_teacher
from handlers.registry import TEACHER, Words, command
from handlers.replying import thread
from handlers.table_guests import summary
from handlers.telephoning import how_did_it_go, to_be_telephoned
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.unread import unread
from handlers.who_is_home import spoken
from models import history, hour
from models.audience import main_contact
from models.company import visits_with
from models.followup import FollowUp
from models.notification import SAFETY
from models.person import Person
from models.student import Student
from models.survey import PRE_VISIT, SKIPPED, Survey
from models.visit import Visit
from models.visit_life import AT_HOME, CONFIRMED, OPEN, UNDER_WAY


def visits_on(session: Session, person: Person, day: datetime) -> list[Visit]:
    """The confirmed visits to which the teacher goes, alone or along, on the local day of that moment."""
    begin = hour.at(day, time(0), person.school.zone)
    found = Visit.of_teacher(session, person, CONFIRMED, UNDER_WAY)
    found += visits_with(session, person, CONFIRMED, UNDER_WAY)
    found.sort(key=lambda v: v.starts_at)
    return [v for v in found if begin <= v.starts_at < begin + timedelta(days=1)]


def brief(session: Session, person: Person, visits: list[Visit], now: datetime) -> str:
    """All these visits on one page; that the family's data was read is recorded (rulings 20)."""
    parts = [say("brief.head", n=len(visits), day=when.day(visits[0].starts_at, person.school.zone))]
    for visit in visits:
        for student in visit.students:
            history.read(session, person.id, student, "brief", now)
        parts.append(_one(session, visit, person, alone=len(visits) == 1))
    parts.append(say("brief.foot"))
    return "\n\n".join(parts)


def _one(session: Session, visit: Visit, person: Person, alone: bool) -> str:
    """One visit; who only goes along reads of categories and health what concerns her own pupils (rulings 20)."""
    student, contact = visit.student, main_contact(session, *visit.students)
    ties = {tie.person_id: tie for tie in reversed(visit.ties) if visit.tie_of(tie.person_id)}
    family = say("list.and").join(
        say("brief.guardian", relation=g.relation, phone=g.person.phone or "—") for g in reversed(ties.values())
    )
    lines = [
        say(
            "brief.visit",
            time=when.hour(visit.starts_at, visit.school.zone),
            student=all_names(visit.students),
            school_class=all_classes(visit.students),
            form=say(f"form.{visit.form}"),
            purpose=visit.purpose,
            family=family,
            contact=contact.relation if contact else "—",
        )
    ]
    if visit.form == AT_HOME:
        lines.append(say("brief.address", address=student.address or say("answer.no_address")))
    own = [s for s in visit.students if s.in_reach_of(person)]
    lines += [line for s in own for line in _lines(visit, s, _kept_of(s))]
    along = who_comes(visit) if visit.going or visit.guests else ""
    common = {"present": spoken(visit), "table": summary(session, visit), "along": along}
    common |= {"goals": numbered(visit.goals), "answers": _answers(session, visit)}
    lines += [say(f"brief.{name}", text=text) for name, text in common.items() if text]
    for s in visit.students:
        after = {"last": last_time(session, s, visit)} | ({"open": still_open(session, s)} if s in own else {})
        lines += _lines(visit, s, after)
    if len(own) == len(visit.students):  # which outline it is tells of the categories, too
        lines.append(say("brief.outline", text=outline.short(visit, alone)))
    return "\n".join(lines)


def _kept_of(student: Student) -> dict[str, str]:
    return {"categories": say("list.and").join(student.categories), "health": student.health or ""}


def _lines(visit: Visit, student: Student, texts: dict[str, str]) -> list[str]:
    """What is said of one child; of siblings with the child's name."""
    whose = say("brief.of", student=student.name) if visit.household else ""
    return [say(f"brief.{name}", text=whose + text) for name, text in texts.items() if text]


def _answers(session: Session, visit: Visit) -> str:
    query = sa.select(Survey).where(Survey.visit_id == visit.id, Survey.kind == PRE_VISIT)
    found = session.scalars(query).first()
    given = [str(v) for v in (found.answers if found else {}).values() if v != SKIPPED]
    return say("list.semicolon").join(given)


@command(TEACHER, "details")
def details(turn: Turn, words: Words) -> Say:
    """简报"""
    if str(words.get("said", "")).strip() == say("brief.word"):
        return _brief(turn)
    alarming = unread(turn, SAFETY)
    if alarming is not None:
        return alarming
    first = owing_teacher(turn, turn.person).first
    if isinstance(first, FollowUp):
        return Say(followup_text(first), effect_taps(turn.tap, first))
    if isinstance(first, Visit):
        key = "counter.waiting_move" if first.moving else "counter.waiting"
        return Say(say(key, **visit_facts(first)), counter_taps(turn.tap, first))
    return unread(turn) or _to_do(turn) or _written(turn)


def _to_do(turn: Turn) -> Say | None:
    """A family to be telephoned, or a visit of which nobody has heard whether it took place."""
    family = to_be_telephoned(turn)
    if family is not None:
        return how_did_it_go(turn, family)
    over = [v for v in Visit.of_teacher(turn.session, turn.person, CONFIRMED) if v.ends_at <= turn.now]
    return Say(say("presence.took_place", **visit_facts(over[0])), took_place_taps(turn.tap, over[0])) if over else None


def _written(turn: Turn) -> Say:
    """The brief, and what was written to and fro about the visits to come."""
    said = _brief(turn)
    written = thread(turn, Visit.of_teacher(turn.session, turn.person, *OPEN))
    return Say(said.text + "\n\n" + written, said.taps) if written else said


def _brief(turn: Turn) -> Say:
    days = [visits_on(turn.session, turn.person, turn.now + timedelta(days=n)) for n in (0, 1)]
    ahead = [visits for day in days if (visits := [v for v in day if v.ends_at > turn.now])]
    texts = [brief(turn.session, turn.person, visits, turn.now) for visits in ahead]
    return Say("\n\n".join(texts) if texts else say("brief.none"))
