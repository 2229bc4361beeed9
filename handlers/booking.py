"""A teacher books a visit: one sentence becomes a proposal, shown whole before anybody hears of it (rulings 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import object_session

from handlers import company, household, reason, table_guests, when
from handlers.drafts import Draft, carries_out, show
from handlers.not_at_home import other_form
from handlers.offered import slot_taps, spoken_offer, spoken_start
from handlers.pupils import full, the_student
from handlers.registry import TEACHER, Missing, Words, command, elsewhere
from handlers.school_days import remarks
from handlers.texts import say
from handlers.times import offered, soon
from handlers.turn import Say, TapMaker, Turn
from models import companion, hour, hours, participant, telling
from models.audience import asked_of, children_for, outside_pilot
from models.conversation import Tap
from models.errors import Refused
from models.person import Person
from models.student import Student
from models.visit import Visit
from models.visit_life import AT_HOME, FORMS, LETTER, OPEN, VIDEO
from models.visit_plan import Plan
from models.visit_slots import kept


def form_of(words: Words) -> tuple[str, bool]:
    """The form that was said, or at home as an inference."""
    found = named_form(words)
    return found or AT_HOME, found is None


def named_form(words: Words) -> str | None:
    """The form that was said, if any."""
    said = words.get("form")
    return next((f for f in FORMS if said in (f, say(f"form_said.{f}"))), None)


@command(TEACHER, "book")
def book(turn: Turn, words: Words) -> Say:
    """这周六下午3点去张小明家家访"""
    person = turn.staff
    assert person is not None
    student = the_student(turn, person, words)
    siblings = household.siblings(turn, person, student, words)
    form, form_inferred = form_of(words)
    if form == LETTER:
        return elsewhere(turn, TEACHER, "letter", words)
    nothing_open(turn, student, *siblings)
    for child in (student, *siblings):
        other_form(turn, child, form)
    starts, inferred = offered(turn, words)
    starts_at, more = starts[0], tuple(starts[1:])
    purpose = str(words.get("purpose") or "")
    along = company.settled(turn, words) | household.kept(siblings)
    along |= table_guests.invited(words, student) if form == VIDEO and not siblings else {}
    why, pressing = purpose or say("book.usual_purpose"), is_pressing(turn, starts_at)
    plan = Plan(person, student, starts_at, form, why, pressing, more=more, **_planned(turn, along))
    _free(turn, plan)
    again = {"intent": "book", "words": words | {"students": [student.id], "ask": []} | household.kept(siblings)}
    draft: Draft = {"do": "propose", "student": student.id, "starts_at": starts_at.isoformat(), "again": again}
    draft |= {"form": form, "purpose": plan.purpose, "along": along, "more": kept(starts)}
    text = shown(turn, plan, time=inferred, form=form_inferred, purpose=not purpose)
    text += household.shown(plan, words) + company.shown(turn, plan)
    text += table_guests.shown(turn.session, student, plan.invited)
    return household.offered(turn, plan, reason.asked(turn, plan, show(turn, draft, text)))


def _planned(turn: Turn, kept_along: dict[str, Any] | None) -> dict[str, Any]:
    return company.planned(turn.session, kept_along) | household.planned(turn, kept_along or {})


@carries_out("propose")
def propose(turn: Turn, draft: Draft) -> Say:
    """The proposal goes out: the family is told, or the teacher is asked to telephone."""
    student = turn.session.get(Student, draft["student"])
    assert student is not None
    assert turn.staff is not None
    starts_at = datetime.fromisoformat(draft["starts_at"])
    more = tuple(datetime.fromisoformat(s) for s in draft.get("more") or ())
    along = _planned(turn, draft.get("along")) | {"more": more}
    plan = Plan(turn.staff, student, starts_at, draft["form"], draft["purpose"], is_pressing(turn, starts_at), **along)
    nothing_open(turn, *plan.students)
    for child in plan.students:
        other_form(turn, child, plan.form)
    _free(turn, plan)
    visit = Visit.propose(turn.session, plan, turn.now)
    companion.ask(turn.session, visit, turn.now)
    participant.invite(turn.session, visit, plan.invited)
    told = _told(turn, plan)
    if not told:
        key = "book.telephone_pilot" if outside_pilot(student) else "book.telephone"
        return Say(say(key, **visit_facts(visit)), phone_taps(turn.tap, visit))
    telling.tell(turn.session, visit, "visit.offer", told, turn.now)
    return Say(say("book.sent", told=names_of([p.id for p in told], *plan.students), **visit_facts(visit)))


def visit_facts(visit: Visit, children: Sequence[Student] = ()) -> dict[str, object]:
    """What is said of every visit: who, when, form, purpose, who comes; of siblings only these where some are given."""
    named, also = children or visit.students, say("list.and")
    zone = visit.school.zone
    until = {"until": when.spoken(visit.wait_until, zone)} if visit.wait_until else {}
    return until | {
        "student": also.join(s.name for s in named), "full": also.join(map(full, named)), "time": spoken_start(visit),
        "offer": spoken_offer(visit), "form": say(f"form.{visit.form}"), "purpose": visit.purpose,
        "offer_form": say(f"form.{visit.offer_form or visit.form}"), "teacher": visit.teacher.name,
        "minutes": visit.policy.minutes(visit.form), "school": visit.school.name,
    }  # fmt: skip


def facts_for(visit: Visit, person: Person) -> dict[str, object]:
    """The same as this person may read it: a guardian of one of the siblings reads that child's name only."""
    session = object_session(visit)
    assert session is not None
    return visit_facts(visit, children_for(session, visit, person))


def shown(turn: Turn, plan: Plan, **inferred: bool) -> str:
    """The whole of it: who, when, form, who comes, to whom it goes; what was inferred is marked."""
    told = _told(turn, plan)
    names = names_of([p.id for p in told], *plan.students) if told else nobody(plan.student)
    mark = {name: say("book.inferred") if yes else "" for name, yes in inferred.items()}
    text = say(
        "book.shown",
        student=say("list.and").join(map(full, plan.students)),
        time=when.any_of(plan.starts, turn.school.zone) + mark["time"],
        form=say(f"form.{plan.form}") + mark["form"],
        minutes=turn.school.policy.minutes(plan.form),
        purpose=plan.purpose + mark["purpose"],
        teacher=plan.teacher.name,
        told=names,
    )
    return text + _notice(turn, plan.starts_at) + remarks(turn, plan.form, plan.starts)


def is_pressing(turn: Turn, starts_at: datetime) -> bool:
    """So soon that the offer would lapse before the family can answer: it then stands until the visit begins."""
    polite = hour.polite(turn.now, turn.school.policy, turn.school.zone)
    return starts_at - timedelta(hours=turn.school.policy.slot_lapse_hours) <= polite


def _notice(turn: Turn, starts_at: datetime) -> str:
    """What should be known of a visit at short notice; it is said and never blocks (B1, rulings 9)."""
    polite = hour.polite(turn.now, turn.school.policy, turn.school.zone)
    if polite > turn.now and is_pressing(turn, starts_at):
        return "\n" + say("book.too_late", time=when.spoken(polite, turn.school.zone))
    return "\n" + say("book.soon") if soon(turn, starts_at) else ""


def nobody(student: Student) -> str:
    """Why no message goes to the family."""
    return say("book.pilot" if outside_pilot(student) else "book.nobody_bound")


def phone_taps(new: TapMaker, visit: Visit) -> list[Tap]:
    """What the family said on the telephone (rulings 25)."""
    deeds = [("phone.yes", "label.phone_yes"), ("phone.move", "label.phone_move")]
    deeds += [("phone.no", "label.phone_no"), ("phone.unanswered", "label.unanswered")]
    taps: list[Tap] = []
    if len(visit.slots) > 1:
        taps, deeds = slot_taps(new, visit, "phone.yes", "label.phone_yes_at"), deeds[1:]
    return taps + [new(deed, say(label), subject_id=visit.id, round=visit.steps) for deed, label in deeds]


def names_of(person_ids: list[int], *students: Student) -> str:
    """张小明妈妈、张小明爸爸: who of the family is told."""
    ties = {tie.person_id: tie for student in reversed(students) for tie in student.guardianships}
    told = [ties[key] for key in person_ids if key in ties]
    return say("list.and").join(say("name.guardian", student=g.student.name, relation=g.relation) for g in told)


def _told(turn: Turn, plan: Plan) -> list[Person]:
    """Who reads the proposal; nobody where nobody could answer it for all of the siblings."""
    if not plan.siblings:
        return table_guests.told(turn.session, plan.student, plan.invited)
    return asked_of(turn.session, *plan.students)


def nothing_open(turn: Turn, *students: Student) -> None:
    """A teacher has one open visit to a child at a time; another is refused."""
    for visit in Visit.of_teacher(turn.session, turn.person, *OPEN):
        if visit.is_of(s.id for s in students):
            raise Refused("visit_open_already", **visit_facts(visit))


def _free(turn: Turn, plan: Plan) -> None:
    plan.check(turn.now)
    for start in plan.starts:
        _free_at(turn, replace(plan, starts_at=start, more=()))


def _free_at(turn: Turn, plan: Plan) -> None:
    if hours.is_free(turn.session, plan.spans()):
        return
    mine = [v for v in Visit.of_teacher(turn.session, plan.teacher, *OPEN) if _touches(v, plan)]
    if not mine:
        company.check_free(turn, plan)
        raise Refused("hours_taken")
    zone = turn.school.zone
    held = say("name.visit", student=visit_facts(mine[0])["student"], time=when.spoken(mine[0].starts_at, zone))
    gap = turn.school.policy.travel_gap_minutes
    raise Missing("time", say("book.hours_taken", held=held, gap=gap, time=when.spoken(plan.starts_at, zone)))


def _touches(visit: Visit, plan: Plan) -> bool:
    return any(
        holder == other and start < until and since < end
        for holder, start, end in plan.spans()
        for other, since, until in visit.spans()
    )
