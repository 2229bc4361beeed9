"""Everything that happens by the hour, on one screen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot import incident
from jobs import (
    action_items,
    agenda,
    calls,
    company,
    coverage,
    cries,
    followups,
    forgetting,
    homeroom,
    offers,
    presence,
    records,
    reminders,
    surveys,
)
from jobs.agenda import Agenda
from models import periodic

#: What is due: by whose agenda. The order is that of one round: what ends comes before what is reminded of.
PLANNERS: dict[str, Agenda] = {
    "offers": offers.agenda,  # asked again after a day, handed over after two, lapsed after three (B13)
    "calls": calls.agenda,  # every morning the families to telephone (B13, B15)
    "company": company.agenda,  # colleagues who have not answered: asked again, then the teacher is told (B6)
    "presence": presence.agenda,  # alerts, whether it took place, missed (V2)
    "cries": cries.agenda,  # a cry for help that nobody reads goes to the next leader (rulings 41)
    "reminders": reminders.agenda,  # three days before, the evening before, on the day (B15)
    "records": records.agenda,  # after 2 h and 20 h; overdue ones every morning (R1)
    "homeroom": homeroom.agenda,  # every morning who visits the class, and what is overdue there (R1)
    "coverage": coverage.agenda,  # once a week who is still owed a visit (P12)
    "surveys": surveys.agenda,  # two hours after the visit; reminded once (S1, S7)
    "followups": followups.agenda,  # days 5, 21 and 30 (F1–F3)
    "action items": action_items.agenda,  # what a teacher has noted to see to, on its day (F1)
    "forgetting": forgetting.agenda,  # what was not understood, after 90 days (rulings 43)
}


def plan_all(session: Session, now: datetime) -> int:
    """Does all that is due; a planner that fails is recorded and does not stop the others. The caller commits."""
    done = 0
    for name, planner in PLANNERS.items():
        try:
            with session.begin_nested():
                done += agenda.plan(planner, session, now)
        except Exception as bug:  # noqa: BLE001 - it is recorded with a number
            incident.record(bug, f"the planner of {name}")
    periodic.mark(session, periodic.PLANNED, now)
    return done


def ahead(session: Session, now: datetime) -> tuple[datetime, str] | None:
    """When there will be something to plan again, always later than now, and by whose agenda."""
    moments = [(agenda.next_at(planner, session, now), name) for name, planner in PLANNERS.items()]
    return min(((at, name) for at, name in moments if at is not None), default=None)


def next_at(session: Session, now: datetime) -> datetime | None:
    """When there will be something to plan again; always later than now."""
    coming = ahead(session, now)
    return coming[0] if coming else None
