"""A family that said no to a visit at home this term: the teacher is offered the other forms (rulings 6)."""

from __future__ import annotations

import sqlalchemy as sa

from handlers import when
from handlers.pupils import full
from handlers.registry import Missing, Words
from handlers.texts import say
from handlers.times import aware
from handlers.turn import Turn
from models import home_refusal
from models.student import Guardianship, Student
from models.visit_life import AT_HOME, AT_SCHOOL, LETTER, PHONE, VIDEO


def other_form(turn: Turn, student: Student, form: str) -> None:
    """Asks the teacher for another form where the family is not to be asked for a visit at home."""
    day = home_refusal.refused_on(turn.session, student, turn.now) if form == AT_HOME else None
    if day is not None:
        said = when.day(aware(turn, f"{day}T12:00"), turn.school.zone)
        choices = [(say(f"form.{other}"), other) for other in (PHONE, VIDEO, AT_SCHOOL, LETTER)]
        raise Missing("form", say("home.refused", full=full(student), day=said), choices)


def wished_for(words: Words) -> bool:
    """Whether a guardian's words ask for a visit at home."""
    asks = words.get("act") == "request_visit"
    return asks and any(each in str(words["said"]) for each in say("home.wish_words").split())


def may_be_asked_again(turn: Turn) -> None:
    """The speaker has asked for a visit at home herself; it may be proposed to her family again."""
    for person in turn.family:
        own = sa.select(Guardianship.student_id).where(Guardianship.person_id == person.id, ~Guardianship.muted)
        home_refusal.lift(turn.session, list(turn.session.scalars(own)), person.id, turn.now)
