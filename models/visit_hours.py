"""Which hours a visit holds, and whose: a pure function of the row (B12, rulings 7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from models import hours
from models.visit_life import AT_HOME, CONFIRMED, PROPOSED, UNDER_WAY

if TYPE_CHECKING:
    from models.visit import Visit

HELD_STATES = (CONFIRMED, UNDER_WAY)


def spans_of(visit: Visit) -> list[hours.Span]:
    """While an offer is open only the teacher's and companions' hours are held; once confirmed the family's too.

    Between two visits at home lies the way, which binds the teacher for other homes only.
    """
    gap = timedelta(minutes=visit.policy.travel_gap_minutes)
    staff = [visit.teacher_id, *(p.id for p in visit.going)]
    own = [span for time in times_of(visit) for who in staff for span in teacher_spans(who, *time, gap)]
    return own + _family(visit)


def teacher_spans(teacher_id: int, start: datetime, end: datetime, form: str, gap: timedelta) -> list[hours.Span]:
    """What a visit at that hour takes of a teacher's time."""
    own: list[hours.Span] = [(f"p{teacher_id}", start, end)]
    return [*own, (f"way{teacher_id}", start, end + gap)] if form == AT_HOME else own


def times_of(visit: Visit) -> list[tuple[datetime, datetime, str]]:
    """From when to when in which form: as it is settled, and as it is on the table."""
    times = [(visit.starts_at, visit.ends_at, visit.form)] if visit.state in HELD_STATES else []
    open_offer = visit.asked is not None and visit.state in (PROPOSED, CONFIRMED)
    if open_offer:
        form = visit.offer_form or visit.form
        length = timedelta(minutes=visit.policy.minutes(form))
        times += [(start, start + length, form) for start in visit.slots]
    return times


def _family(visit: Visit) -> list[hours.Span]:
    if visit.state not in HELD_STATES:
        return []
    holders = [f"s{student_id}" for student_id in visit.student_ids]
    holders += [f"p{visit.confirmed_by_id}"] if visit.confirmed_by_id is not None else []
    holders += [f"p{person_id}" for person_id in visit.joining or ()]
    return [(holder, visit.starts_at, visit.ends_at) for holder in holders]
