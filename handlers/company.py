"""Who comes along, why, and to what end: settled with the teacher while a visit is being booked (B6, B10, Q3, B1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from handlers import when
from handlers.registry import Missing, Words
from handlers.school_days import in_class
from handlers.texts import say
from handlers.times import soon
from handlers.turn import Turn
from handlers.understanding.roster import surname_of
from models import hours
from models.errors import Refused
from models.person import LEADERS, Person, Role
from models.visit import Visit
from models.visit_hours import teacher_spans
from models.visit_life import AT_HOME
from models.visit_plan import Plan
from models.visit_words import MOST_GOALS

ALONE = "-"  #: the choice to go without the colleague who was not found


def settled(turn: Turn, words: Words) -> dict[str, Any]:
    """Everybody meant, as it is kept in a draft; asks which colleague is meant where that is in doubt."""
    met: dict[str, int] = words.setdefault("met", {})
    guests = list(words.get("guests") or [])
    for called in [*(words.get("companions") or []), *guests]:
        if called not in met:
            met[called] = _one(turn, words, called, is_guest=called in guests)
    goals = list(words.get("goals") or [])
    if len(goals) > MOST_GOALS:
        raise Missing("goals", say("company.too_many_goals", most=MOST_GOALS))
    return {
        "companions": list(dict.fromkeys(key for key in met.values() if key)),
        "guests": [g for g in guests if not met[g]],
        "goals": goals,
        "reason": str(words.get("reason") or ""),
    }


def planned(session: Session, kept: dict[str, Any] | None) -> dict[str, Any]:
    """The same as a plan wants it."""
    kept = kept or {}
    found = [session.get(Person, key) for key in kept.get("companions", [])]
    people = tuple(p for p in found if p is not None and p.left_at is None)
    named = {name: tuple(kept.get(name, ())) for name in ("guests", "goals")}
    table = tuple(session.get_one(Person, key) for key in kept.get("invited", []))
    return {"companions": people, "invited": table, "reason": kept.get("reason", ""), **named}


def _one(turn: Turn, words: Words, called: str, is_guest: bool) -> int:
    """The colleague's row; 0 for somebody from outside, or for nobody."""
    named = words.pop("companion", None)
    if named == ALONE:
        return 0
    if named and named.isascii() and named.isdigit():
        return int(named)
    found = colleagues(turn, named or called, leading=is_guest)
    if len(found) == 1 or (is_guest and not found):
        return found[0].id if found else 0
    known = found or colleagues(turn, called[:1])
    choices = [(p.name, str(p.id)) for p in known[:6]] + [(say("label.without"), ALONE)]
    key = "company.which" if found else "company.unknown"
    raise Missing("companion", say(key, name=named or called), choices)


def colleagues(turn: Turn, called: str, leading: bool = False) -> list[Person]:
    """Whom 李国强老师 or 李老师 may mean; 李主任 only somebody who leads."""
    bare = called
    for title in say("company.titles").split():
        bare = bare.removesuffix(title)
    query = sa.select(Person).where(Person.school_id == turn.person.school_id, Person.left_at.is_(None))
    roles = sa.select(Role.person_id).where(Role.name.in_(LEADERS)) if leading else sa.select(Role.person_id)
    query = query.where(Person.id.in_(roles), Person.id != turn.person.id, Person.name.startswith(bare[:1]))
    staff = list(turn.session.scalars(query.order_by(Person.id)))
    exact = [p for p in staff if p.name == bare]
    return exact or [p for p in staff if bare and surname_of(p.name) == bare]


def shown(turn: Turn, plan: Plan) -> str:
    """The lines of a draft about who comes along and why; what is advised is never demanded (B6)."""
    lines = []
    if plan.reason:
        lines.append(say("company.reason", reason=plan.reason))
    lines += [advice] if (advice := two_advised(plan)) else []
    if not plan.reason and (why := reason_wanted(turn, plan)):
        lines.append(say(f"company.why_{why}"))
    return along(plan) + "".join("\n" + line for line in lines)


def two_advised(plan: Plan) -> str:
    """That two should go where it is far, or to a key student's home; empty where there is nothing to say."""
    alone = plan.form == AT_HOME and not plan.companions
    wanting = [s for s in plan.students if s.remote] or [s for s in plan.students if s.is_key]
    if not alone or not wanting:
        return ""
    return say("company.remote" if wanting[0].remote else "company.two_are_better", student=wanting[0].name)


def reason_wanted(turn: Turn, plan: Plan) -> str:
    """What about the hour a reason is asked for: so soon, or in class; empty for an ordinary one (B1, rulings 9)."""
    if soon(turn, plan.starts_at):
        return "soon"
    return "class" if in_class(turn, plan.form, plan.starts) else ""


def along(plan: Plan) -> str:
    """Who comes along, and to what end."""
    lines = []
    if plan.companions or plan.guests:
        lines.append(say("company.shown", names=titled(plan.companions, plan.guests)))
    if plan.companions:
        lines.append(say("company.will_be_asked", names=titled(plan.companions)))
    if plan.goals:
        lines.append(say("company.goals", goals=numbered(plan.goals)))
    return "".join("\n" + line for line in lines)


def titled(people: Sequence[Person], guests: Sequence[str] = ()) -> str:
    """李国强老师、社区王主任."""
    return say("list.and").join([*(say("name.teacher", name=p.name) for p in people), *guests])


def numbered(goals: Sequence[str]) -> str:
    """1. … 2. …, on one line."""
    return say("list.semicolon").join(f"{i}. {goal}" for i, goal in enumerate(goals, 1))


def who_comes(visit: Visit) -> str:
    """Everybody whom the family will see at its door (B2)."""
    return titled([visit.teacher, *visit.going], visit.guests)


def check_free(turn: Turn, plan: Plan) -> None:
    """Asks for another time when somebody of those who go is taken, and says who."""
    zone, gap = turn.school.zone, turn.school.policy.travel_gap_minutes
    whole = plan.spans()
    for person in (plan.teacher, *plan.companions):
        own = [span for span in whole if span[0] in (f"p{person.id}", f"way{person.id}")]
        if not hours.is_free(turn.session, own):
            key = "company.you_are_taken" if person is plan.teacher else "company.taken"
            time = when.spoken(plan.starts_at, zone)
            raise Missing("time", say(key, name=person.name, time=time, gap=gap))


def check_move(turn: Turn, visit: Visit, starts_at: datetime) -> None:
    """The same for a visit that is to be moved: the companions go with it."""
    length = visit.ends_at - visit.starts_at
    gap = turn.school.policy.travel_gap_minutes
    for person in visit.going:
        own = teacher_spans(person.id, starts_at, starts_at + length, visit.form, timedelta(minutes=gap))
        if not hours.is_free(turn.session, own, visit.id):
            time = when.spoken(starts_at, turn.school.zone)
            raise Missing("time", say("company.taken", name=person.name, time=time, gap=gap))


def taken(turn: Turn, no: Refused) -> str | None:
    """Whose hour is taken, for a teacher whose colleague it is."""
    holder = str(no.facts.get("holder") or "").removeprefix("way").removeprefix("p")
    person = turn.session.get(Person, int(holder)) if no.code == "hours_taken" and holder.isdigit() else None
    if person is None or turn.staff is None or not person.on_staff or person.id == turn.staff.id:
        return None
    return say("refused.hours_taken_of", name=person.name)
