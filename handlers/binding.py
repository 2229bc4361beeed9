"""Who is who: a code makes a stranger a teacher or a guardian of the school (rulings 16–19)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import sqlalchemy as sa

from handlers import consenting, when
from handlers.registry import GUARDIAN, TEACHER, Words, command, tapped
from handlers.texts import has, say
from handlers.turn import Say, Turn
from models import hour
from models.audience import guardians
from models.code import LENGTH, redeem, spelled
from models.conversation import Tap
from models.errors import Refused
from models.identity import Binding
from models.notification import Owed, owe
from models.person import Person
from models.student import Guardianship, Student


def code_in(text: str) -> str | None:
    """The code of 绑定 7F3K9Q, or a bare code; None when there is none."""
    word = say("bind.word")
    bare = text.strip()
    if bare.startswith(word):
        return spelled(bare.removeprefix(word)) or ""
    plain = spelled(bare)
    looks = re.fullmatch(rf"[0-9A-Z]{{{LENGTH}}}", plain) and re.search("[A-Z]", plain)
    return plain if looks and bare.isascii() else None


def stranger(turn: Turn, text: str) -> Say:
    """Somebody who is not bound gets the hint and nothing else (rulings 19)."""
    code = code_in(text)
    return bind(turn, code) if code else Say(say("bind.hint"))


@command(TEACHER, "bind")
@command(GUARDIAN, "bind")
def bind_more(turn: Turn, words: Words) -> Say:
    """绑定 7F3K9Q"""
    code = code_in(str(words.get("said", "")))
    return bind(turn, code) if code else Say(say("bind.hint_more"))


def bind(turn: Turn, code: str) -> Say:
    """Redeems a code: the identity now speaks for this person too."""
    found = redeem(turn.session, turn.identity, code, turn.now)
    if isinstance(found, Refused):
        return Say(_refused(turn, found))
    if found in turn.identity.persons:
        return Say(say("bind.already", name=found.name))
    binding = Binding(person_id=found.id, bound_at=turn.now)
    binding.person = found
    turn.identity.bindings.append(binding)
    turn.session.flush()
    turn.__dict__.pop("persons", None), turn.__dict__.pop("staff", None), turn.__dict__.pop("family", None)
    return _teacher_bound(found) if found.on_staff else _guardian_bound(turn, found)


def _refused(turn: Turn, no: Refused) -> str:
    facts = dict(no.facts)
    until = facts.get("until")
    if isinstance(until, datetime):
        facts["until"] = when.hour(until + timedelta(seconds=59), turn.zone)
    return say(f"refused.{no.code}", **facts) if has(f"refused.{no.code}") else say("refused.other")


def _teacher_bound(person: Person) -> Say:
    return Say(say("bind.teacher", name=person.name, school=person.school.name))


def _guardian_bound(turn: Turn, person: Person) -> Say:
    turn.memory["part"] = GUARDIAN
    _tell_of_binding(turn, person)
    return consenting.notice(turn, person)


def _tell_of_binding(turn: Turn, person: Person) -> None:
    """The homeroom teacher and the other guardians are told who has joined (rulings 16)."""
    told: set[int] = set()
    for tie in _ties(turn, person):
        homeroom = Person.homeroom_of(turn.session, tie.student.class_id)
        others = [g.person for g in guardians(turn.session, tie.student) if g.person_id != person.id]
        for hearer in [p for p in [homeroom, *others] if p and p.id not in told]:
            # A guardian of two children hears once; a homeroom teacher too, for the first child of her class.
            told.add(hearer.id)
            due = turn.now if hearer.on_staff else hour.polite(turn.now, turn.school.policy, turn.school.zone)
            owed = Owed(person.school_id, "bind.joined", tie.id, hearer.id, due, slot=turn.now.isoformat())
            owe(turn.session, [owed], turn.now)


def _ties(turn: Turn, person: Person) -> list[Guardianship]:
    query = (
        sa.select(Guardianship)
        .join(Student)
        .where(Guardianship.person_id == person.id, Guardianship.muted.is_(False), Student.left_at.is_(None))
    )
    return list(turn.session.scalars(query))


@tapped("bind.undo")
def tap_undo(turn: Turn, tap: Tap) -> Say:
    """The homeroom teacher undoes a binding that is wrong (rulings 16)."""
    tie = turn.session.get(Guardianship, tap.subject_id)
    if tie is None or turn.staff is None or not tie.student.in_reach_of(turn.staff):
        raise Refused("not_yours")
    turn.session.execute(sa.delete(Binding).where(Binding.person_id == tie.person_id))
    consenting.withdraw(turn, tie.person_id)
    return Say(say("bind.undone", student=tie.student.name, relation=tie.relation))


@command(TEACHER, "unbind")
@command(GUARDIAN, "unbind")
def unbind(turn: Turn, words: Words) -> Say:
    """解绑"""
    return Say(say("bind.unbind_shown"), [turn.tap("bind.leave", say("label.unbind_yes"))])


@tapped("bind.leave")
def tap_leave(turn: Turn, tap: Tap) -> Say:
    for person in turn.family:
        consenting.withdraw(turn, person.id)
    turn.identity.bindings.clear()
    turn.memory.clear()
    turn.session.flush()
    return Say(say("bind.unbound"))
