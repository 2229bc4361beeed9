"""One visit as `jiafang show visit` tells it: whose, when, how it came about, what followed (rulings 49)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import participant
from models.followup import FollowUp
from models.history import History
from models.hour import local
from models.note import Note
from models.person import Person
from models.photo import Photo
from models.record import Record
from models.student import Student
from models.visit import Visit
from models.visit_life import LETTER, LIFE, PROPOSED

#: Deeds by which a time was settled.
_SETTLING = ("confirm", "take_move", "change_form")


def visit_shown(session: Session, visit: Visit, unsealed: bool = False) -> dict[str, Any]:
    """All that is known of a visit; texts about the family only when `unsealed`, which the caller writes down."""
    deeds = _deeds(session, visit)
    names = _names(session, visit, deeds)
    return {
        "id": visit.id,
        "state": visit.state,
        "kind": visit.kind,
        "form": visit.form,
        "students": [{"name": s.name, "class": s.school_class.name} for s in visit.students],
        "teacher": visit.teacher.name,
        "companions": [{"name": c.person.name, "answer": c.answer} for c in visit.companions],
        "outline": visit.outline,
        "present": visit.present,
        "present_words": (visit.present_words or None) if unsealed else None,
        "participants": [
            {"person": names.get(p.person_id), "answer": p.answer} for p in participant.of_visit(session, visit)
        ],
        "guests": visit.guests if unsealed else None,
        "starts_at": iso(visit, visit.starts_at),
        "ends_at": iso(visit, visit.ends_at),
        "purpose": visit.purpose if unsealed else None,
        "goals": visit.goals if unsealed else None,
        "reason": visit.reason if unsealed else None,
        "letter": visit.letter if unsealed and visit.form == LETTER else None,
        "asked": visit.asked,
        "offer": _offer(visit),
        "round": visit.round,
        "confirmed_by": _confirmed_by(visit, deeds, names),
        "history": list(_told(visit, deeds, names, unsealed)),
        "record": _record(session, visit, visit.student, unsealed),
        "followups": [_follow_up(f, visit, names, unsealed) for f in FollowUp.of_visit(session, visit.id)],
        "wait_until": iso(visit, visit.wait_until),
        "notes": [_note(n, visit, names, unsealed) for n in Note.of_visits(session, [visit.id])],
        "records": [_named_record(session, visit, s, unsealed) for s in visit.students] if visit.household else [],
    }


def iso(visit: Visit, moment: datetime | None) -> str | None:
    """ISO 8601 on the school's wall clock."""
    return local(moment, visit.school.zone).isoformat(timespec="seconds") if moment else None


def _offer(visit: Visit) -> list[dict[str, str | None]]:
    """The slots on the table; empty when nobody is asked about a time."""
    if visit.asked is None:
        return []
    length = timedelta(minutes=visit.policy.minutes(visit.offer_form or visit.form))
    return [{"starts_at": iso(visit, s), "ends_at": iso(visit, s + length)} for s in visit.slots]


def _deeds(session: Session, visit: Visit) -> list[History]:
    query = sa.select(History).where(History.subject == "visit", History.subject_id == visit.id)
    return list(session.scalars(query.order_by(History.id)))


def _names(session: Session, visit: Visit, deeds: Sequence[History]) -> dict[int | None, str]:
    """How each one concerned is called: the family by what it is to the child, the others by name."""
    ids = {deed.actor_id for deed in deeds} | {visit.teacher_id, visit.confirmed_by_id}
    people = sa.select(Person.id, Person.name).where(Person.id.in_({i for i in ids if i is not None}))
    names: dict[int | None, str] = {row.id: row.name for row in session.execute(people)}
    return names | {g.person_id: g.student.name + g.relation for g in reversed(visit.ties)}


def _confirmed_by(visit: Visit, deeds: Sequence[History], names: dict[int | None, str]) -> str | None:
    """The guardian who took the time, else the teacher who entered it or took the family's own."""
    if visit.confirmed_at is None:
        return None
    last = next((d.actor_id for d in reversed(deeds) if d.verb in _SETTLING), None)
    return names.get(visit.confirmed_by_id or last)


def _told(
    visit: Visit, deeds: Sequence[History], names: dict[int | None, str], unsealed: bool
) -> Iterator[dict[str, Any]]:
    """The deeds in order; the state after each follows from the visit's life, nothing has to be unsealed for it."""
    state = PROPOSED
    for deed in deeds:
        state = LIFE[state, deed.verb][0] if (state, deed.verb) in LIFE else state
        told = {"at": iso(visit, deed.at), "verb": deed.verb, "by": names.get(deed.actor_id), "state": state}
        yield told | ({"change": deed.change(visit.student)} if unsealed else {})


def _record(session: Session, visit: Visit, student: Student, unsealed: bool) -> dict[str, Any] | None:
    row = Record.latest(session, visit.id, student.id)
    if row is None:
        return None
    told: dict[str, Any] = {"version": row.version, "submitted": row.submitted, "at": iso(visit, row.at)}
    told["photos"] = len(Photo.of_record(session, visit.id, student.id))
    return told | ({"fields": row.fields()} if unsealed else {})


def _named_record(session: Session, visit: Visit, student: Student, unsealed: bool) -> dict[str, Any]:
    """Each child's own, where siblings were visited together; `record` is that of the first."""
    return {"student": student.name, "record": _record(session, visit, student, unsealed)}


def _note(row: Note, visit: Visit, names: dict[int | None, str], unsealed: bool) -> dict[str, Any]:
    told = {"id": row.id, "at": iso(visit, row.at), "by": names.get(row.person_id), "in_reply_to": row.in_reply_to_id}
    return told | ({"text": row.text} if unsealed else {})


def _follow_up(row: FollowUp, visit: Visit, names: dict[int | None, str], unsealed: bool) -> dict[str, Any]:
    told = {
        "stage": row.stage,
        "part": row.part,
        "person": names.get(row.person_id) or row.person.name,
        "state": row.state,
        "asked_at": iso(visit, row.asked_at),
        "answered_at": iso(visit, row.answered_at),
        "effect": row.effect,
    }
    return told | ({"answer": row.answer_text} if unsealed else {})
