"""`jiafang show student`: what the school has on one student; what is sealed only for a reason, which is kept."""

from __future__ import annotations

import difflib
import json
from datetime import datetime
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.cli.opened import opened
from bot.cli.student_words import in_words
from handlers.class_name import class_name as spelled
from models import history
from models.base import reading, writing
from models.consent import Consent
from models.home_refusal import refused_on
from models.hour import local
from models.identity import Binding
from models.person import Person, Role
from models.school import School, SchoolClass
from models.student import Guardianship, Student
from models.visit import Visit

#: Under which the reading of sealed fields is recorded (rulings 20).
GROUP = "roster"


def show_student(name: str, class_name: str | None, key: str | None, as_json: bool, unseal: str | None) -> None:
    """Prints one student; with a reason in `unseal` also address, telephones, categories and health."""
    place = opened(key)
    doing = writing(place.sessions) if unseal else reading(place.sessions)
    with doing as session:
        student = pick_student(session, place.known_school(session), name, class_name)
        found = student_shown(session, student)
        refused = refused_on(session, student, place.clock.now())
        found |= {"refused_at_home": refused.isoformat() if refused else None}
        if unseal:
            history.read(session, None, student, GROUP, place.clock.now(), unseal)
            found |= sealed_part(student)
        zone = student.school.zone
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(in_words(found, zone)))


def pick_student(session: Session, school: School, name: str, class_name: str | None) -> Student:
    """The student of that name or number, in that class if one is named, also as `张伟@三(1)班`.

    Raises `ClickException`, which lists the candidates, unless there is exactly one.
    """
    name, _, at_class = name.partition("@")
    class_name = class_name or at_class or None
    query = sa.select(Student).join(SchoolClass).where(Student.school_id == school.id)
    query = query.where(sa.or_(Student.name == name, Student.number == name))
    if class_name:
        found_class = spelled(class_name)
        query = query.where(SchoolClass.name == (found_class.name if found_class else class_name))
    found = list(session.scalars(query.order_by(Student.left_at.is_not(None), Student.id)))
    here = [s for s in found if s.left_at is None] or found
    if len(here) == 1:
        return here[0]
    classes = ", ".join(f"--class {s.school_class.name} ({s.number})" for s in here)
    raise click.ClickException(f"{name}: {f'one of {classes}' if here else _unknown(session, school, name)}")


def _unknown(session: Session, school: School, name: str) -> str:
    here = sa.select(Student.name).where(Student.school_id == school.id, Student.left_at.is_(None))
    near = difflib.get_close_matches(name, sorted(set(session.scalars(here))), cutoff=0.5)
    return "no such student" + (f"; did you mean {', '.join(near)}?" if near else "")


def student_shown(session: Session, student: Student) -> dict[str, Any]:
    """What is not sealed: class, guardians with bindings and consents, teachers, visits from the newest on."""
    zone = student.school.zone

    def iso(moment: datetime | None) -> str | None:
        return local(moment, zone).isoformat() if moment else None

    return {
        "id": student.id,
        "number": student.number,
        "name": student.name,
        "class": student.school_class.name,
        "grade": student.school_class.grade,
        "gender": student.gender,
        "birthday": student.birthday.isoformat() if student.birthday else None,
        "boarding": student.boarding,
        "remote": student.remote,
        "key": student.is_key,
        "left_at": iso(student.left_at),
        "guardians": [_guardian(session, bond) for bond in student.guardianships],
        "teachers": _teachers(session, student),
        "visits": [
            {"id": v.id, "state": v.state, "form": v.form, "starts_at": iso(v.starts_at)}
            for v in Visit.of_student(session, student)
        ],
    }


def sealed_part(student: Student) -> dict[str, Any]:
    """What is sealed under the student's key, and the guardians' telephones."""
    phones = {bond.person.name: bond.person.phone for bond in student.guardianships}
    return {
        "address": student.address,
        "health": student.health,
        "categories": student.categories,
        "phones": [f"{name} {phone}" for name, phone in phones.items() if phone],
    }


def _guardian(session: Session, bond: Guardianship) -> dict[str, Any]:
    consents = sa.select(Consent.purpose).where(
        Consent.person_id == bond.person_id, Consent.student_id == bond.student_id, Consent.withdrawn_at.is_(None)
    )
    bound = sa.select(Binding.id).where(Binding.person_id == bond.person_id).limit(1)
    return {
        "id": bond.person_id,
        "name": bond.person.name,
        "relation": bond.relation,
        "main": bond.rank == 0,
        "muted": bond.muted,
        "bound": session.scalar(bound) is not None,
        "consents": sorted(session.scalars(consents)),
    }


def _teachers(session: Session, student: Student) -> list[dict[str, Any]]:
    query = (
        sa.select(Person.name, Role.name, Role.subject)
        .join(Role, Role.person_id == Person.id)
        .where(sa.or_(Role.class_id == student.class_id, Role.student_id == student.id), Person.left_at.is_(None))
        .order_by(Person.id, Role.id)
    )
    return [{"name": name, "role": role, "subject": subject} for name, role, subject in session.execute(query)]
