"""A family needs another binding code: who leads the class makes it in the chat (rulings 16)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from handlers import when
from handlers.pupils import the_student
from handlers.registry import TEACHER, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, Turn
from models import code, history
from models.conversation import Tap
from models.errors import Refused
from models.identity import Binding
from models.person import HOMEROOM, Person
from models.student import Guardianship, Student


@command(TEACHER, "renew_code")
def renew(turn: Turn, words: Words) -> Say:
    """张小明妈妈的绑定码"""
    person = turn.staff
    assert person is not None
    student = the_student(turn, person, words)
    if not _leads(person, student):
        raise Refused("not_your_class", student=student.name)
    called = str(words.get("relation") or "")
    ties = [tie for tie in student.guardianships if not called or tie.relation == called]
    told = [tie for tie in ties if not tie.muted]
    if ties and not told:
        return Say(say("renew.muted", who=_who(ties[0])))
    if len(told) != 1:
        known = told or [tie for tie in student.guardianships if not tie.muted]
        taps = [turn.tap("code.renew", _label(turn, tie), tie.id) for tie in known]
        return Say(say("renew.which" if known else "renew.nobody", student=student.name), taps)
    if _bound(turn, told[0]):
        label = say("label.renew_anyway")
        return Say(say("renew.bound", who=_who(told[0])), [turn.tap("code.renew", label, told[0].id)])
    return _renewed(turn, told[0])


@tapped("code.renew")
def tap_renew(turn: Turn, tap: Tap) -> Say:
    tie = turn.session.get(Guardianship, tap.subject_id)
    if tie is None or turn.staff is None or not _leads(turn.staff, tie.student):
        raise Refused("not_yours")
    if tie.muted or tie.student.left_at is not None:
        raise Refused("not_yours")
    return _renewed(turn, tie)


def _leads(person: Person, student: Student) -> bool:
    """Only who leads the class may: whoever has the code gets the family's messages."""
    return any(role.name == HOMEROOM and role.class_id == student.class_id for role in person.roles)


def _renewed(turn: Turn, tie: Guardianship) -> Say:
    fresh = code.issue(turn.session, tie.person, turn.now)
    deed = history.Deed("renew_code", "guardianship", tie.id, turn.person.id)
    history.write(turn.session, tie.student, deed, turn.now)
    until = when.day(turn.now + timedelta(days=turn.school.policy.code_days), turn.school.zone)
    bound = say("renew.second") if _bound(turn, tie) else ""
    return Say(say("renew.shown", who=_who(tie), code=fresh, until=until) + bound)


def _bound(turn: Turn, tie: Guardianship) -> bool:
    found = sa.select(Binding.id).where(Binding.person_id == tie.person_id).limit(1)
    return turn.session.scalar(found) is not None


def _who(tie: Guardianship) -> str:
    return say("name.guardian", student=tie.student.name, relation=tie.relation)


def _label(turn: Turn, tie: Guardianship) -> str:
    return say("renew.label_bound" if _bound(turn, tie) else "renew.label", who=_who(tie))
